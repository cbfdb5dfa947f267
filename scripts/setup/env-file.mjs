/**
 * The .env of docker-compose.yml: what it says is read, what it lacks is added, and whatever else stands in it stays as it
 * is. Secrets are hexadecimal: nothing in them has a meaning in .env, YAML, addresses or MongoDB's key file. [DEP-1]
 */
import { renameSync, rmSync, writeFileSync } from 'node:fs';

/** The values that only this installation has. */
export const SECRETS = /** @type {const} */ (['MONGO_ROOT_PASSWORD', 'MONGO_PASSWORD', 'MONGO_KEY', 'REDIS_PASSWORD']);
const SECRET_BYTES = 32;

const HEADER =
  '# Written by `npm run setup`; run it again to change domain or mail address, the secrets stay. They belong in backups,\n' +
  '# and nowhere else.';
const LINE = /^\s*(?:export\s+)?([A-Za-z_]\w*)\s*=\s*(.*?)\s*$/;

/** @param {string} text @returns {Map<string, string>} */
export const readEnv = (text) =>
  new Map(
    text.split('\n').flatMap((line) => {
      const [, name, value] = LINE.exec(line) ?? [];
      return name === undefined || value === undefined ? [] : [[name, value.replace(/^(["'])(.*)\1$/, '$2')]];
    }),
  );

/**
 * @param {string} text what the file holds; empty when there is none
 * @param {{ readonly domain: string, readonly mail: string }} answers
 * @param {(bytes: Uint8Array<ArrayBuffer>) => Uint8Array} random
 * @returns {string}
 */
export const writeEnv = (text, { domain, mail }, random) => {
  const present = readEnv(text);
  const values = new Map([
    ['COMPOSE_PROJECT_NAME', present.get('COMPOSE_PROJECT_NAME') || 'kith'],
    ['KITH_DOMAIN', domain],
    ['KITH_MAIL', mail],
    ...SECRETS.map((name) => /** @type {const} */ ([name, present.get(name) || secret(random)])),
  ]);
  const lines = (text === '' ? HEADER : text.replace(/\n+$/, '')).split('\n').map((line) => {
    const [, name = ''] = LINE.exec(line) ?? [];
    const wanted = values.get(name);
    return wanted === undefined || present.get(name) === wanted ? line : `${name}=${wanted}`;
  });
  const missing = [...values].filter(([name]) => !present.has(name)).map(([name, value]) => `${name}=${value}`);
  return `${[...lines, ...missing].join('\n')}\n`;
};

/** @param {(bytes: Uint8Array<ArrayBuffer>) => Uint8Array} random */
const secret = (random) => Buffer.from(random(new Uint8Array(SECRET_BYTES))).toString('hex');

/** Whole or not at all, and its owner's alone from the first byte on. @param {string} path @param {string} text */
export const replaceFile = (path, text) => {
  const next = `${path}.${process.pid}`;
  try {
    writeFileSync(next, text, { mode: 0o600, flag: 'wx' });
    renameSync(next, path);
  } finally {
    rmSync(next, { force: true });
  }
};
