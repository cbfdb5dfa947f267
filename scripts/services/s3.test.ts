import { afterAll, beforeAll, expect, it } from 'vitest';
import { type S3, startS3 } from './s3.ts';

/** The server may have to be built first. */
const START_LIMIT_MS = 10 * 60_000;

let s3: S3;
beforeAll(async () => {
  s3 = await startS3();
}, START_LIMIT_MS);
afterAll(() => s3.stop());

const codeOf = async (response: Response) => /<Code>(\w+)<\/Code>/.exec(await response.text())?.[1];

it('[SRV-6] refuses who does not sign', async () => {
  const response = await fetch(s3.url);
  expect([response.status, await codeOf(response)]).toEqual([403, 'AccessDenied']);
});

it('[SRV-6] knows its key, and who signs with another secret', async () => {
  const now = new Date().toISOString().replaceAll(/[-:]|\.\d+/g, '');
  const response = await fetch(s3.url, {
    headers: {
      'x-amz-date': now,
      'x-amz-content-sha256': 'UNSIGNED-PAYLOAD',
      authorization:
        `AWS4-HMAC-SHA256 Credential=${s3.accessKeyId}/${now.slice(0, 8)}/${s3.region}/s3/aws4_request, ` +
        `SignedHeaders=host;x-amz-content-sha256;x-amz-date, Signature=${'0'.repeat(64)}`,
    },
  });
  expect([response.status, await codeOf(response)]).toEqual([403, 'SignatureDoesNotMatch']);
});
