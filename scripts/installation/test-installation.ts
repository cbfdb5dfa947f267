/** An installation and people in it, for the tests of a file: begun before the first, ended after the last. */
import { setDefaultCACertificates } from 'node:tls';
import { afterAll, beforeAll } from 'vitest';
import { type Crowd, gatherCrowd, type Overrides } from './crowd.ts';
import { type Installation, startInstallation } from './installation.ts';

export interface TestInstallation {
  /** During a test. */
  readonly installation: Installation;
  readonly crowd: Crowd;
}

/** Servers may have to be built and installed first. */
const START_LIMIT_MS = 15 * 60_000;

export const testInstallation = (names: readonly string[], overrides: Overrides = () => ({})): TestInstallation => {
  let installation: Installation | undefined;
  let crowd: Crowd | undefined;
  beforeAll(async () => {
    installation = await startInstallation();
    // of this thread alone: what the engines ask by https
    setDefaultCACertificates([installation.proxy.certificate]);
    crowd = await gatherCrowd({ server: installation.origin, names, overrides });
  }, START_LIMIT_MS);
  afterAll(async () => {
    await crowd?.close();
    await installation?.stop();
  });
  return {
    get installation() {
      return there(installation);
    },
    get crowd() {
      return there(crowd);
    },
  };
};

const there = <T>(value: T | undefined): T => {
  if (value === undefined) throw new Error('it is there during tests only');
  return value;
};
