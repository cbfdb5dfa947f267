import { afterAll, beforeAll, expect, it } from 'vitest';
import { type S3, startS3 } from './s3.ts';

/** The server may have to be built first. */
const START_LIMIT_MS = 10 * 60_000;

let s3: S3;
beforeAll(async () => {
  s3 = await startS3();
}, START_LIMIT_MS);
afterAll(() => s3.stop());

it('[SRV-6] refuses in words of S3 who does not sign', async () => {
  const response = await fetch(`${s3.url}/bucket/key`);
  expect(response.status).toBe(403);
  expect(await response.text()).toContain('<Code>AccessDenied</Code>');
});

it('[SRV-6] tells a key that it does not know from one that it does', async () => {
  const codeFor = async (accessKeyId: string) => {
    const response = await fetch(s3.url, {
      headers: {
        'x-amz-date': new Date().toISOString().replaceAll(/[-:]|\.\d+/g, ''),
        'x-amz-content-sha256': 'UNSIGNED-PAYLOAD',
        authorization:
          `AWS4-HMAC-SHA256 Credential=${accessKeyId}/${new Date().toISOString().slice(0, 10).replaceAll('-', '')}` +
          `/${s3.region}/s3/aws4_request, SignedHeaders=host;x-amz-content-sha256;x-amz-date, Signature=${'0'.repeat(64)}`,
      },
    });
    return /<Code>(\w+)<\/Code>/.exec(await response.text())?.[1];
  };
  expect(await codeFor('somebody')).toBe('InvalidAccessKeyId');
  expect(await codeFor(s3.accessKeyId)).toBe('SignatureDoesNotMatch');
});
