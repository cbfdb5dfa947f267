import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createContext, Script } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { root } from '../bootstrap/root.mjs';

const SCRIPT = new Script(readFileSync(join(root, 'deploy', 'mongo', 'ready.js'), 'utf8'));

interface Server {
  /** `NoReplicationEnabled`: the one that the image starts to make its first user. */
  readonly state: 'NoReplicationEnabled' | 'NotYetInitialized' | 'initiated';
  readonly electedAfterMs: number;
  readonly users: readonly string[];
}

/** What mongosh offers to the script, before a server in some state; gives what was done to it. */
const check = ({ state, electedAfterMs, users }: Server) => {
  const done: string[] = [];
  let waitedMs = 0;
  const admin = {
    auth: (user: string, password: string) => done.push(`auth ${user} ${password}`),
    hello: () => ({ isWritablePrimary: state === 'NoReplicationEnabled' || waitedMs >= electedAfterMs }),
    getUser: (name: string) => (users.includes(name) ? { user: name } : null),
    createUser: (user: unknown) => done.push(`create ${JSON.stringify(user)}`),
  };
  const refuse = () => {
    throw Object.assign(new Error(state), { codeName: state });
  };
  const shell = {
    process: { env: { MONGO_INITDB_ROOT_PASSWORD: 'r', MONGO_PASSWORD: 'k' } },
    db: { getSiblingDB: () => admin },
    rs: {
      status: () => (state === 'initiated' ? { ok: 1 } : refuse()),
      initiate: (set: unknown) => done.push(`initiate ${JSON.stringify(set)}`),
    },
    sleep: (ms: number) => (waitedMs += ms),
  };
  try {
    SCRIPT.runInContext(createContext(shell));
    return { done, isWell: true };
  } catch {
    return { done, isWell: false };
  }
};

describe('the health of MongoDB', () => {
  it('[DEP-5] makes the replica set and an account for the two databases, once there is a primary', () => {
    const { done, isWell } = check({ state: 'NotYetInitialized', electedAfterMs: 3_000, users: ['root'] });
    expect(isWell).toBe(true);
    expect(done).toEqual([
      'auth root r',
      'initiate {"_id":"rs0","members":[{"_id":0,"host":"mongo:27017"}]}',
      expect.stringContaining('create {"user":"kith","pwd":"k"'),
    ]);
    expect(done[2]).toContain('{"role":"readWrite","db":"kith-accounts"},{"role":"readWrite","db":"kith-documents"}');
  });

  it('[DEP-5] changes nothing where everything is there', () => {
    const { done, isWell } = check({ state: 'initiated', electedAfterMs: 0, users: ['root', 'kith'] });
    expect({ done, isWell }).toEqual({ done: ['auth root r'], isWell: true });
  });

  it('[DEP-5] is not good without a primary, nor while the image makes its first user', () => {
    expect(check({ state: 'initiated', electedAfterMs: 60_000, users: ['kith'] }).isWell).toBe(false);
    expect(check({ state: 'NoReplicationEnabled', electedAfterMs: 0, users: [] }).isWell).toBe(false);
  });
});
