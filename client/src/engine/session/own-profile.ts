/**
 * A profile is one person's: while it holds somebody's messages nobody else comes in, because what is here would be
 * shown to, and sent by, the wrong person. Signing out empties it. [RES-3]
 */
import { HandleSchema } from '@kith/schema/handle';
import * as v from 'valibot';
import { EngineError } from '../engine-api.ts';
import type { StoredSession } from '../storage/local-store.ts';

/** Null: nobody's. Each asks before anything is sent, as far as it can be known then. @throws EngineError `forbidden` */
export interface OwnProfile {
  assertNobody(before: StoredSession | null): void;
  assertHandle(before: StoredSession | null, handle: string): void;
  assertAccount(before: StoredSession | null, account: string): void;
}

export const ownProfile: OwnProfile = {
  assertNobody: (before) => {
    if (before !== null) throw occupied(before);
  },
  assertHandle: (before, handle) => {
    const parsed = v.safeParse(HandleSchema, handle);
    if (before !== null && parsed.success && parsed.output !== before.handle) throw occupied(before);
  },
  assertAccount: (before, account) => {
    if (before !== null && account !== before.account) throw occupied(before);
  },
};

const occupied = ({ handle }: StoredSession): EngineError =>
  new EngineError('forbidden', `This browser holds the messages of ${handle}. Sign out there first.`);
