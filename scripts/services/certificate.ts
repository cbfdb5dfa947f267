/** A certificate for this machine that nobody signed but its own key, by openssl. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runCommand } from './run-command.ts';

export interface Certificate {
  /** PEM: whom a client has to trust. */
  readonly text: string;
  /** A file with key and certificate. */
  readonly path: string;
}

const LIMIT_MS = 10_000;
const TERMS = [
  ...['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'],
  ...['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'],
];

/** For `localhost` and 127.0.0.1, for two days. @throws Error with what openssl printed */
export const makeCertificate = async (openssl: string, folder: string): Promise<Certificate> => {
  const [key, certificate, both] = ['key.pem', 'certificate.pem', 'both.pem'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  const args = ['req', '-x509', ...TERMS, '-keyout', key, '-out', certificate];
  const { code, output } = await runCommand(openssl, args, { limitMs: LIMIT_MS });
  if (code !== 0) throw new Error(`no certificate could be made:\n${output}`);
  const text = readFileSync(certificate, 'utf8');
  writeFileSync(both, readFileSync(key, 'utf8') + text, { mode: 0o600 });
  return { text, path: both };
};
