/** A challenge handed out and waiting for its one answer, within five minutes, for its own purpose. [PKY-1] [SES-7] */
import { type AccountId, type CeremonyId, createId, type DeviceId, type Random } from '@kith/schema/ids';
import { LIMITS } from '@kith/schema/limits';
import { err, ok, type Result } from '@kith/schema/result';
import type { Clock } from '../clock.ts';
import type { IdentityStore } from '../storage/account-store.ts';

export type Ceremony = {
  readonly id: CeremonyId;
  /** 32 random bytes. */
  readonly challenge: Uint8Array;
  readonly expiresAt: number;
} & (
  | { readonly purpose: 'sign-in' }
  /** Who wants to become whom: nothing is reserved until the answer comes. */
  | { readonly purpose: 'sign-up'; readonly account: AccountId; readonly handle: string; readonly name: string }
  /** The device that was named, whether there is one or not. */
  | { readonly purpose: 'resume'; readonly device: DeviceId }
);

export type CeremonyError = { readonly type: 'ceremony-invalid' | 'ceremony-expired' };

/** Not yet stored: `IdentityStore.addCeremony` does that. */
export const newCeremony = ({ clock, random }: { readonly clock: Clock; readonly random: Random }) => ({
  id: createId<CeremonyId>(random),
  challenge: random(new Uint8Array(32)),
  expiresAt: clock.now() + LIMITS.ceremonySeconds * 1000,
});

/** Whatever comes of it, the challenge is spent. */
export const takeCeremony = async (
  { store, clock }: { readonly store: Pick<IdentityStore, 'takeCeremony'>; readonly clock: Clock },
  id: CeremonyId,
): Promise<Result<Ceremony, CeremonyError>> => {
  const ceremony = await store.takeCeremony(id);
  if (ceremony === null) return err({ type: 'ceremony-invalid' });
  return ceremony.expiresAt > clock.now() ? ok(ceremony) : err({ type: 'ceremony-expired' });
};
