/**
 * Was an event signed by the device in whose log it stands, or is to stand? Asks auth for a device's key once, checks
 * a few events at a time and leaves room for other work between them. [SIG-1]
 */
import type { ConversationDirectory } from '@kith/schema/conversation-directory';
import { importVerifyKey, verifyEvent } from '@kith/schema/event/event-signature';
import type { AccountId, ConversationId, DeviceId } from '@kith/schema/ids';

/** `unknown`: auth has no such device, so nothing can be said about the event. */
export type Verdict = 'good' | 'bad' | 'unknown';

export interface SignedEvent {
  readonly account: AccountId;
  readonly device: DeviceId;
  /** Must have passed `decodeEvent`. */
  readonly bytes: Uint8Array;
}

export interface Signatures {
  /** In the order of the events. Rejects when auth cannot be asked. */
  check(conversation: ConversationId, events: readonly SignedEvent[]): Promise<Verdict[]>;
}

type VerifyKey = Awaited<ReturnType<typeof importVerifyKey>>;

/** Each takes a thread of the pool, which others need too. */
const AT_A_TIME = 2;
const MAX_KEYS = 5_000;

export const createSignatures = ({ directory }: { directory: Pick<ConversationDirectory, 'signKey'> }): Signatures => {
  const keyByDevice = new Map<string, VerifyKey>();

  const keyOf = async ({ account, device }: SignedEvent): Promise<VerifyKey | null> => {
    const name = `${account}/${device}`;
    const known = keyByDevice.get(name);
    if (known !== undefined) return known;
    const published = await directory.signKey(account, device);
    if (published === null) return null;
    const key = await importVerifyKey(published);
    for (const oldest of keyByDevice.size >= MAX_KEYS ? keyByDevice.keys() : []) {
      keyByDevice.delete(oldest);
      break;
    }
    keyByDevice.set(name, key);
    return key;
  };

  const checkOne = async (conversation: ConversationId, event: SignedEvent): Promise<Verdict> => {
    const key = await keyOf(event);
    if (key === null) return 'unknown';
    const { account, device, bytes } = event;
    return (await verifyEvent(bytes, { conversation, account, device }, key)) ? 'good' : 'bad';
  };

  return {
    check: async (conversation, events) => {
      const verdicts: Verdict[] = [];
      for (let i = 0; i < events.length; i += AT_A_TIME) {
        if (i > 0) await new Promise<void>((resolve) => void setImmediate(resolve));
        const some = events.slice(i, i + AT_A_TIME);
        verdicts.push(...(await Promise.all(some.map((event) => checkOne(conversation, event)))));
      }
      return verdicts;
    },
  };
};
