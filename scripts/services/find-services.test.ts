import { describe, expect, it } from 'vitest';
import { findFaultProxies } from './fault-proxies.ts';
import type { Machine } from './machine.ts';
import { findMongo } from './mongo.ts';
import { findRedis } from './redis.ts';
import { findTlsProxy } from './tls-proxy.ts';

/** A machine with these programs, and one on which `succeeding` commands end well. */
const machine = (parts: {
  readonly env?: Readonly<Record<string, string>>;
  readonly programs?: readonly string[];
  readonly succeeding?: readonly string[];
  readonly mayInstall?: boolean;
}): Machine => {
  const programs = new Set(parts.programs);
  return {
    env: parts.env ?? {},
    program: (name) => (programs.has(name) ? `/bin/${name}` : null),
    succeeds: async (_limitMs, ...command) => parts.succeeding?.includes(command.join(' ')) ?? false,
    build: async ({ name }) => (programs.has('go') ? `/cache/${name}` : null),
    install: async (name) => {
      if (parts.mayInstall === true) programs.add(name);
      return parts.mayInstall === true;
    },
  };
};

const INFO = 'docker info';
const INSPECT = 'docker image inspect mongo:8';
const PULL = 'docker pull mongo:8';
const EVERYTHING = { programs: ['mongod', 'go'], succeeding: [INFO, INSPECT] };

describe('findMongo', () => {
  it.each([
    ['the one named', { ...EVERYTHING, env: { MONGO_URL: 'mongodb://db/' } }, 'the server at MONGO_URL'],
    ['a program', EVERYTHING, '/bin/mongod'],
    ['a container', { programs: ['go'], succeeding: [INFO, INSPECT] }, 'the container mongo:8'],
    ['a container to be fetched', { programs: ['go'], succeeding: [INFO, PULL] }, 'the container mongo:8'],
    ['FerretDB, without an image', { programs: ['go'], succeeding: [INFO] }, 'FerretDB 1.24.2 on SQLite'],
    ['FerretDB, without an engine', { programs: ['go'], succeeding: [INSPECT, PULL] }, 'FerretDB 1.24.2 on SQLite'],
  ])('[SRV-1] takes %s', async (_what, parts, name) => {
    expect((await findMongo(machine(parts))).name).toBe(name);
  });
});

describe('findRedis', () => {
  it.each([
    ['the one named', { programs: ['redis-server'], env: { REDIS_URL: 'redis://db' } }, 'the server at REDIS_URL'],
    ['a program', { programs: ['redis-server'] }, '/bin/redis-server'],
    ['a program that may be installed', { mayInstall: true }, '/bin/redis-server'],
  ])('[SRV-1] takes %s', async (_what, parts, name) => {
    expect((await findRedis(machine(parts))).name).toBe(name);
  });
});

it.each([
  ['MongoDB', findMongo, 'set MONGO_URL, or install mongod, Docker'],
  ['Redis', findRedis, 'set REDIS_URL, or install redis-server'],
  ['a fault proxy', findFaultProxies, 'install Go'],
  ['a proxy with TLS', findTlsProxy, 'install haproxy and openssl'],
])('[SRV-1] says what to do where %s cannot be had', async (_what, find, advice) => {
  await expect(find(machine({}))).rejects.toThrow(advice);
});

it.each([
  ['MongoDB', findMongo, 'MONGO_URL', 'http://127.0.0.1:1'],
  ['Redis', findRedis, 'REDIS_URL', 'redis://127.0.0.1:1'],
])('[SRV-1] a %s that is named and does not answer is not replaced in silence', async (_what, find, variable, url) => {
  const source = await find(machine({ ...EVERYTHING, env: { [variable]: url } }));
  await expect(source.start()).rejects.toThrow(`${variable} is set, but what it names does not answer`);
});
