/**
 * A segment: a run of a conversation's history. One root per device, `log/<account>/<device>`, a Y.Array whose entries
 * are `[event bytes]`: wrapped in an array so that Yjs stores them as mergeable ContentAny. [SEG-1]
 */
import type * as Y from 'yjs';
import { type AccountId, type DeviceId, isId } from '../ids.ts';

export interface LogOwner {
  readonly account: AccountId;
  readonly device: DeviceId;
}

export const logRoot = (account: AccountId, device: DeviceId): string => `log/${account}/${device}`;

/** Null for a root that is not a log. */
export const parseLogRoot = (root: string): LogOwner | null => {
  const [log, account, device, ...rest] = root.split('/');
  if (log !== 'log' || rest.length > 0 || !isId(account) || !isId(device)) return null;
  return { account: account as AccountId, device: device as DeviceId };
};

/** Appends events to a device's log in one transaction. `doc.clientID` must be one the server issued. */
export const appendEvents = (doc: Y.Doc, owner: LogOwner, events: readonly Uint8Array[], origin?: unknown): void => {
  const log = doc.getArray<[Uint8Array]>(logRoot(owner.account, owner.device));
  doc.transact(() => log.push(events.map((event) => [event])), origin);
};

/** Deletes those events of a device's log of which `isMeant` says so: the server's right alone. */
export const removeEvents = (doc: Y.Doc, owner: LogOwner, isMeant: (event: Uint8Array) => boolean): void => {
  const log = doc.getArray<[Uint8Array]>(logRoot(owner.account, owner.device));
  const meant = log.toArray().flatMap((entry, i) => (entryEvents([entry]).some(isMeant) ? [i] : []));
  for (const i of meant.toReversed()) log.delete(i);
};

/** The events of one log, oldest first; entries that are not events in shape are left out. */
export const readLog = (doc: Y.Doc, owner: LogOwner): Uint8Array[] =>
  entryEvents(doc.getArray(logRoot(owner.account, owner.device)).toArray());

/** Every log of a loaded segment. Cost: O(events). */
export const readLogs = (doc: Y.Doc): { readonly owner: LogOwner; readonly events: Uint8Array[] }[] =>
  [...doc.share.keys()].flatMap((root) => {
    const owner = parseLogRoot(root);
    return owner === null ? [] : [{ owner, events: readLog(doc, owner) }];
  });

/** The event bytes inside raw log entries, as Yjs events and `toArray` give them. */
export const entryEvents = (entries: readonly unknown[]): Uint8Array[] =>
  entries.flatMap((entry) =>
    Array.isArray(entry) && entry.length === 1 && entry[0] instanceof Uint8Array ? [entry[0]] : [],
  );
