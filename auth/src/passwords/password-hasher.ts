/** Password hashes: argon2id as PHC strings, so each carries the parameters it was made with. [PWD-1] */
import { hash, type Options, parseOptions, verify } from '@node-rs/argon2';
import type { Semaphore } from './semaphore.ts';

/** OWASP's smallest setting for argon2id; memory in KiB, so one hash takes 19 MiB. The library's default is argon2id. */
export const ARGON2_PARAMETERS = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const satisfies Options;

export interface PasswordHasher {
  hash(password: string): Promise<string>;
  verify(stored: string, password: string): Promise<boolean>;
  /** Costs what `verify` costs and is never right. */
  verifyNothing(password: string): Promise<false>;
  /** Made with other parameters than today's. */
  isOutdated(stored: string): boolean;
}

export const createPasswordHasher = (deps: { readonly limit: Semaphore }): PasswordHasher => {
  const hashNormal = (password: string) => deps.limit(() => hash(normalize(password), ARGON2_PARAMETERS));
  const nothing = hashNormal('compared with when there is no such account');
  return {
    hash: hashNormal,
    verify: (stored, password) => deps.limit(() => verify(stored, normalize(password))),
    verifyNothing: async (password) => {
      const stored = await nothing;
      await deps.limit(() => verify(stored, normalize(password)));
      return false;
    },
    isOutdated: (stored) => {
      const { memoryCost, timeCost, parallelism } = parseOptions(stored);
      const wanted = ARGON2_PARAMETERS;
      return memoryCost !== wanted.memoryCost || timeCost !== wanted.timeCost || parallelism !== wanted.parallelism;
    },
  };
};

/** Keyboards differ in how they compose the same characters. */
const normalize = (password: string): string => password.normalize('NFKC');
