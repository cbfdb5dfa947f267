/**
 * Coming back into an open session without a cookie: browsers write cookies to disk late, so one that is killed may have
 * an old one or none, while its keys are safe. The device signs a challenge with the key it signs its events with; what
 * it gets is a new chain of refresh tokens, never more rights or time than it had. [SES-7] [SES-8] [SES-9]
 */
import { importVerifyKey } from '@kith/schema/event/event-signature';
import type { CeremonyId, DeviceId, Random } from '@kith/schema/ids';
import { err, ok, type Result } from '@kith/schema/result';
import { sessionResumeBytes } from '@kith/schema/session-resume';
import type { Limited } from '@kith/schema/wire-error';
import type { SignedIn } from '../accounts/admission.ts';
import { type Ceremony, type CeremonyError, newCeremony, takeCeremony } from '../ceremonies/ceremony.ts';
import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import type { IdentityStore } from '../storage/account-store.ts';
import type { Throttle } from '../throttle/throttle.ts';
import type { Sessions } from './sessions.ts';

type RateLimited = { readonly type: 'rate-limited' } & Limited;

interface Proof {
  readonly ceremony: CeremonyId;
  readonly signature: Uint8Array;
  /** Under which this server is reached: the device signed one of them. */
  readonly origins: readonly string[];
  /** Where the request comes from, as far as the server can trust it. */
  readonly address: string;
}

export interface Resumption {
  /** The same for devices that are not there. */
  challenge(device: DeviceId, address: string): Promise<Result<Pick<Ceremony, 'id' | 'challenge'>, RateLimited>>;
  /** `session-ended`: signed out, removed, too old, or no device of this server. */
  resume(proof: Proof): Promise<Result<SignedIn, CeremonyError | RateLimited | { readonly type: 'session-ended' }>>;
}

interface Deps {
  readonly store: IdentityStore;
  readonly sessions: Sessions;
  /** By address alone: a signature cannot be guessed, so nobody can keep a device waiting by its id. */
  readonly throttle: Throttle;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}

export const createResumption = (deps: Deps): Resumption => ({
  challenge: async (device, address) => {
    const retryAfterMs = deps.throttle.waitMs(address);
    if (retryAfterMs > 0) return err({ type: 'rate-limited', limit: 'tries', retryAfterMs });
    const ceremony: Ceremony = { ...newCeremony(deps), purpose: 'resume', device };
    await deps.store.addCeremony(ceremony, deps.clock.now());
    return ok(ceremony);
  },
  resume: (proof) => resume(deps, proof),
});

const resume = async (deps: Deps, proof: Proof): ReturnType<Resumption['resume']> => {
  const { store, sessions, throttle, log } = deps;
  const { address } = proof;
  const retryAfterMs = throttle.waitMs(address);
  if (retryAfterMs > 0) return err({ type: 'rate-limited', limit: 'tries', retryAfterMs });
  throttle.count(address);
  const ceremony = await takeCeremony(deps, proof.ceremony);
  if (!ceremony.ok) return ceremony;
  if (ceremony.value.purpose !== 'resume') return err({ type: 'ceremony-invalid' });
  const { device: id, challenge } = ceremony.value;
  const device = await store.device(id);
  if (device === null) return err({ type: 'session-ended' });
  // first of all: what has become of a device is told to itself only
  if (!(await isSigned(device.signKey, proof, { device: id, challenge }))) {
    log.warn('session not resumed: wrong signature', { account: device.account, device: id, address });
    return err({ type: 'ceremony-invalid' });
  }
  throttle.giveBack(address);
  const [account, grant] = [await store.account(device.account), await sessions.resume(id)];
  if (account === null || grant === null) return err({ type: 'session-ended' });
  log.info('session resumed by the device key', { account: account.id, device: id });
  return ok({ account, ...grant });
};

const isSigned = async (
  signKey: Uint8Array,
  { signature, origins }: Proof,
  signed: { readonly device: DeviceId; readonly challenge: Uint8Array },
): Promise<boolean> => {
  try {
    const key = await importVerifyKey(signKey);
    const checks = origins.map((origin) =>
      crypto.subtle.verify('Ed25519', key, new Uint8Array(signature), sessionResumeBytes({ ...signed, origin })),
    );
    return (await Promise.all(checks)).includes(true);
  } catch {
    return false; // keys are published unchecked: one that is no key proves nothing
  }
};
