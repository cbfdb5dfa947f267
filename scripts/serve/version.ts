import { readFileSync } from 'node:fs';
import * as v from 'valibot';

const PackageFile = v.object({ version: v.string() });

/** As package.json says. */
export const readVersion = (): string =>
  v.parse(PackageFile, JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'))).version;
