/** A server that speaks S3 over a folder: Versity's gateway, started on demand. [SRV-6] */
import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Machine, thisMachine } from './machine.ts';
import { freePort } from './ports.ts';
import type { Service, ServiceSource } from './service.ts';
import { startServiceProcess } from './service-process.ts';

/** Buckets are named in the path (`forcePathStyle`); any region will do that equals `region`. */
export interface S3 extends Service {
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

const VERSION = 'v1.8.0';
const VERSITYGW = {
  name: 'versitygw',
  from: { package: 'github.com/versity/versitygw/cmd/versitygw', version: VERSION },
};

/** @throws Error that says what to do when it cannot be had */
export const findS3 = async (machine: Machine = thisMachine()): Promise<ServiceSource<S3>> => {
  const program = await machine.build(VERSITYGW);
  if (program === null) throw new Error('no S3 server could be had: install Go 1.25 or newer, which builds versitygw');
  return { name: `versitygw ${VERSION.slice(1)}`, start: () => start(program) };
};

export const startS3 = async (machine?: Machine): Promise<S3> => (await findS3(machine)).start();

const start = async (command: string): Promise<S3> => {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const [region, accessKeyId, secretAccessKey] = ['us-east-1', 'kith', randomBytes(16).toString('hex')];
  const process = await startServiceProcess({
    name: 'versitygw',
    command,
    // Metadata beside the files, not in extended attributes: not every temporary folder has those.
    args: (folder) => {
      const [buckets, metadata] = [join(folder, 'buckets'), join(folder, 'metadata')];
      for (const part of [buckets, metadata]) mkdirSync(part, { recursive: true });
      return ['--port', `127.0.0.1:${port}`, '--region', region, '--quiet', 'posix', '--sidecar', metadata, buckets];
    },
    env: { ROOT_ACCESS_KEY_ID: accessKeyId, ROOT_SECRET_ACCESS_KEY: secretAccessKey },
    answers: async () => (await fetch(url)).status > 0,
  });
  return { url, process, stop: process.close, region, accessKeyId, secretAccessKey };
};
