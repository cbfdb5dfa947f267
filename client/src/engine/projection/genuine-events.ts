/**
 * Keeps out what the device in whose log it stands did not sign, before it is projected. Looked at is what is not here
 * yet; what this device wrote itself, and what nobody here has a key for (of somebody who left, or the first that a new
 * device writes), is taken as the server gives it, which checks it too. [PRJ-5]
 */
import { decodeEvent } from '@kith/schema/event/event-codec';
import { importVerifyKey, verifyEvent } from '@kith/schema/event/event-signature';
import type { AccountId, ConversationId, DeviceId, EventId } from '@kith/schema/ids';
import type { EngineLog } from '../engine-deps.ts';
import type { LocalStore, MemberRow } from '../storage/local-store.ts';
import type { IncomingEvent } from './incoming-event.ts';

/** All of one conversation; in their order. */
export type GenuineEvents = (events: readonly IncomingEvent[]) => Promise<IncomingEvent[]>;

type VerifyKey = Awaited<ReturnType<typeof importVerifyKey>>;

interface Fresh {
  readonly incoming: IncomingEvent;
  readonly eventId: EventId;
}

export const createGenuineEvents = (deps: {
  readonly store: Pick<LocalStore, 'members' | 'projected'>;
  readonly log: EngineLog;
  /** A member writes with a device that is not on the list here; told once for each. */
  readonly onNewDevice: (conversation: ConversationId) => void;
  readonly self: { readonly account: AccountId; readonly device: DeviceId };
}): GenuineEvents => {
  const { store, log, self } = deps;
  const keys = new Map<string, VerifyKey | null>();

  const keyOf = async (publicKey: Uint8Array): Promise<VerifyKey | null> => {
    const name = String(publicKey);
    const known = keys.get(name);
    if (known !== undefined) return known;
    const key = await importVerifyKey(publicKey).catch(() => null); // no key, so nothing can be said by it
    keys.set(name, key);
    return key;
  };

  const newDevices = new Set<string>();
  const noteNew = (fresh: readonly Fresh[], members: readonly MemberRow[]): void => {
    for (const { incoming } of fresh) {
      const { conversation, account, device } = incoming;
      const member = members.find((one) => one.account === account);
      if (member === undefined || member.devices.some((one) => one.device === device)) continue;
      const name = `${conversation}/${device}`;
      if (!newDevices.has(name)) deps.onNewDevice(conversation);
      newDevices.add(name);
    }
  };

  const keysOf = async (
    conversation: ConversationId,
    fresh: readonly Fresh[],
  ): Promise<ReadonlyMap<string, Uint8Array>> => {
    const members = await store.members(conversation);
    noteNew(fresh, members);
    return new Map(
      members.flatMap(({ account, devices }) =>
        devices.map(({ device, signKey }) => [`${account}/${device}`, signKey] as const),
      ),
    );
  };

  const isForged = async ({ incoming }: Fresh, publicKeys: ReadonlyMap<string, Uint8Array>): Promise<boolean> => {
    const publicKey = publicKeys.get(`${incoming.account}/${incoming.device}`);
    const key = publicKey === undefined ? null : await keyOf(publicKey);
    return key !== null && !(await verifyEvent(incoming.bytes, incoming, key));
  };

  const isOwn = ({ account, device }: IncomingEvent): boolean => account === self.account && device === self.device;

  return async (events) => {
    const [first] = events;
    const signed = events.flatMap((incoming) => (isOwn(incoming) ? [] : readable(incoming)));
    if (first === undefined || signed.length === 0) return [...events];
    const here = await store.projected(signed.map(({ eventId }) => eventId));
    const fresh = signed.filter(({ eventId }) => !here.has(eventId));
    const publicKeys = fresh.length === 0 ? new Map<string, Uint8Array>() : await keysOf(first.conversation, fresh);
    const verdicts = await Promise.all(fresh.map((one) => isForged(one, publicKeys)));
    const forged = new Set(fresh.filter((_, i) => verdicts[i]).map((one) => one.incoming));
    for (const { incoming, eventId } of fresh) {
      const { conversation, account, device } = incoming;
      if (forged.has(incoming)) log('warn', 'a signature does not hold', { conversation, account, device, eventId });
    }
    return events.filter((incoming) => !forged.has(incoming));
  };
};

const readable = (incoming: IncomingEvent): Fresh[] => {
  const decoded = decodeEvent(incoming.bytes);
  return decoded.ok ? [{ incoming, eventId: decoded.value.header.eventId }] : [];
};
