import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { root } from '../bootstrap/root.mjs';
import { thisMachine } from '../services/machine.ts';
import { runCommand } from '../services/run-command.ts';
import { readEnv, writeEnv } from './env-file.mjs';

interface ComposeService {
  readonly image: string;
  readonly build?: string;
  readonly user?: string;
  readonly read_only?: boolean;
  readonly restart?: string;
  readonly cap_drop?: readonly string[];
  readonly cap_add?: readonly string[];
  readonly security_opt?: readonly string[];
  readonly privileged?: boolean;
  readonly environment: Readonly<Record<string, string>>;
  readonly ports?: readonly string[];
  readonly networks: readonly string[];
  readonly volumes?: readonly string[];
  readonly healthcheck?: { readonly test: readonly string[] };
  readonly logging: { readonly options: Readonly<Record<string, string>> };
  readonly cpus?: number;
  readonly mem_limit?: string;
  readonly pids_limit?: number;
}

interface ComposeFile {
  readonly services: Readonly<Record<string, ComposeService>>;
  readonly networks: Readonly<Record<string, { readonly internal?: boolean } | null>>;
  readonly volumes: Readonly<Record<string, null>>;
}

const text = readFileSync(join(root, 'docker-compose.yml'), 'utf8');
const { services, networks, volumes }: ComposeFile = parse(text, { merge: true });
const each = Object.entries(services);
const env = writeEnv('', { domain: 'chat.example.org', mail: 'admin@example.org' }, (bytes) => bytes);
const thisMachinesCompose = thisMachine().program('docker-compose');

describe('docker-compose.yml', () => {
  it('[DEP-1] asks for what setup writes, for all of it, and says so where it is missing', () => {
    const asked = [...text.matchAll(/(?<!\$)\$\{(\w+)(:\?npm run setup)?\}/g)];
    expect(asked.filter(([, , hint]) => hint === undefined)).toEqual([]);
    expect(text).not.toMatch(/(?<!\$)\$[A-Za-z_]/);
    const written = [...readEnv(env).keys()].filter((name) => name !== 'COMPOSE_PROJECT_NAME');
    expect(new Set(asked.map(([, name]) => name))).toEqual(new Set(written));
  });

  it('[DEP-4] has an auth server, two sync servers, their stores and a proxy', () => {
    expect(Object.keys(services).sort()).toEqual(['auth', 'caddy', 'mongo', 'redis', 'sync-1', 'sync-2']);
    const roles = each.map(([name, { environment }]) => [name, environment['ROLES']]).filter(([, role]) => role);
    expect(Object.fromEntries(roles)).toEqual({ auth: 'auth,client', 'sync-1': 'sync', 'sync-2': 'sync' });
  });

  it.each(each)('[DEP-4] %s is a user without privileges on a file system that it cannot write', (name, service) => {
    expect(service.user).toMatch(/^[1-9]\d*:[1-9]\d*$/);
    expect(service.cap_drop).toEqual(['ALL']);
    expect(service.cap_add ?? []).toEqual(name === 'caddy' ? ['NET_BIND_SERVICE'] : []);
    expect(service.security_opt).toContain('no-new-privileges:true');
    expect(service.privileged ?? false).toBe(false);
    expect(service.read_only).toBe(true);
  });

  it.each(each)('[DEP-4] %s has limits, starts again, and its log does not grow for ever', (_name, service) => {
    expect(service.cpus).toBeGreaterThan(0);
    expect(service.mem_limit).toMatch(/^\d+[mg]$/);
    expect(service.pids_limit).toBeGreaterThan(0);
    expect(service.restart).toBe('unless-stopped');
    expect(service.logging.options).toEqual({ 'max-size': expect.any(String), 'max-file': expect.any(String) });
  });

  it.each(each)('[DEP-4] %s is watched, and is made here or of a named version', (_name, service) => {
    if (service.build === undefined) {
      expect(service.healthcheck?.test[0]).toMatch(/^CMD/);
      expect(service.image).toMatch(/^[a-z]+:\d+\.\d+/);
    } else {
      expect(service.build).toBe('.');
      expect(readFileSync(join(root, 'Dockerfile'), 'utf8')).toContain('\nHEALTHCHECK ');
    }
  });

  it('[DEP-4] only the proxy has ports and a way out, and it does not reach the stores', () => {
    expect(each.filter(([, { ports }]) => ports !== undefined).map(([name]) => name)).toEqual(['caddy']);
    expect(services['caddy']?.ports).toEqual(['80:80', '443:443', '443:443/udp']);
    const isOpen = (network: string) => networks[network]?.internal !== true;
    expect(each.filter(([, service]) => service.networks.some(isOpen)).map(([name]) => name)).toEqual(['caddy']);
    for (const store of ['mongo', 'redis']) expect(services[store]?.networks).toEqual(['store']);
    expect(services['caddy']?.networks).not.toContain('store');
  });

  it('[DEP-4] what has to outlive a container is in a named volume; of this folder only configuration is mounted', () => {
    const mounts = each.flatMap(([, service]) => service.volumes ?? []);
    const named = mounts.filter((mount) => !mount.startsWith('.')).map((mount) => mount.split(':')[0]);
    expect(named.sort()).toEqual(Object.keys(volumes).sort());
    for (const mount of mounts.filter((it) => it.startsWith('.'))) expect(mount).toMatch(/^\.\/deploy\/\S+:\S+:ro,z$/);
  });

  it('[DEP-4] Redis has a password and throws nothing away when it is full', () => {
    const { services: raw } = parse(text, { merge: true });
    const script = raw.redis.entrypoint.at(-1);
    expect(script).toContain('printf \'requirepass %s\\n\' "$$REDISCLI_AUTH"');
    expect(script).toMatch(/--maxmemory \d+mb --maxmemory-policy noeviction/);
  });

  it('[DEP-4] docker-compose, where this machine has it, takes file and .env', async (context) => {
    if (thisMachinesCompose === null) return context.skip('no docker-compose here');
    const folder = mkdtempSync(join(tmpdir(), 'kith-compose-'));
    try {
      writeFileSync(join(folder, '.env'), env);
      const args = ['--env-file', join(folder, '.env'), '-f', join(root, 'docker-compose.yml'), 'config', '--quiet'];
      const outcome = await runCommand(thisMachinesCompose, args, { limitMs: 20_000 });
      expect(outcome).toEqual({ code: 0, output: '' });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
