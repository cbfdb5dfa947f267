/**
 * Who writes under which Yjs client id of one loaded document. Ids are issued, never chosen, and never issued twice: a
 * struct's author is the one its id was issued to. [GRD-10]
 *
 *   issued ──(first accepted update)──▶ bound ──▶ in the journal, restored at the next load
 *      └────(too many unused ones)────▶ forgotten: writing under it is `client-id-unknown`
 *
 * An id stays valid for its device beyond the connection it was issued on, as long as the document is loaded.
 */
import type { AccountId, DeviceId, Random } from '@kith/schema/ids';
import type { Writer } from '@kith/schema/policy/write-policy';
import { err, ok, type Result } from '@kith/schema/result';
import type * as Y from 'yjs';

/** As it stands in a journal row. Account and device null: the server itself. */
export interface ClientBinding {
  readonly clientId: number;
  readonly account: AccountId | null;
  readonly device: DeviceId | null;
}

export interface ClientIdOwner {
  readonly account: AccountId | null;
  readonly device: DeviceId | null;
  /** Null for the server's, and for those restored from the journal. */
  readonly connectionId: string | null;
}

export interface ClientIdError {
  readonly type: 'client-id-limit' | 'client-id-reused';
}

export interface ClientIds {
  /**
   * A fresh id on every call, also for the same connection. `drawn`: one that the server drew for this connection before
   * the document was open; refused when it is taken here.
   */
  issue(writer: Writer, connectionId: string, drawn?: number): Result<number, ClientIdError>;
  /** Null when nobody was given this id, or it was forgotten. */
  owner(clientId: number): ClientIdOwner | null;
  /** Marks issued ids as written under. Returns those that were not before: they belong into the update's row. */
  bind(clientIds: Iterable<number>): ClientBinding[];
  /** Takes in bindings from journal rows, at load and from other nodes. Repeating is harmless. */
  restore(bindings: Iterable<ClientBinding>): void;
}

/** Was this id issued to this very device of this account? */
export const isIssuedTo = (writer: Writer, owner: ClientIdOwner | null): boolean =>
  owner !== null && owner.account === writer.account && owner.device === writer.device;

export interface ClientIdsDeps {
  readonly doc: Y.Doc;
  readonly random: Random;
  /** Ids of one device with content in this document. They stay in its state vector for good. */
  readonly maxPerDevice?: number;
  /** Ids of one device that were issued and not written under; beyond this the oldest is forgotten. */
  readonly maxUnusedPerDevice?: number;
}

interface IssuedId {
  readonly owner: ClientIdOwner;
  bound: boolean;
}

interface DeviceIds {
  bound: number;
  /** In order of issue. */
  readonly unused: Set<number>;
}

const SERVER: ClientIdOwner = { account: null, device: null, connectionId: null };

export const createClientIds = ({
  doc,
  random,
  maxPerDevice = 1_000,
  maxUnusedPerDevice = 32,
}: ClientIdsDeps): ClientIds => {
  const issuedById = new Map<number, IssuedId>();
  const idsByDevice = new Map<DeviceId | null, DeviceIds>();

  const idsOf = (device: DeviceId | null): DeviceIds => {
    const ids = idsByDevice.get(device) ?? { bound: 0, unused: new Set() };
    idsByDevice.set(device, ids);
    return ids;
  };
  const isTaken = (id: number): boolean =>
    id === 0 || id === doc.clientID || issuedById.has(id) || doc.store.clients.has(id);
  const freeId = (): number => {
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      const id = new DataView(random(new Uint8Array(4)).buffer).getUint32(0);
      if (!isTaken(id)) return id;
    }
    throw new Error('no free client id: the random source repeats itself');
  };
  const markBound = (clientId: number, issued: IssuedId): void => {
    const ids = idsOf(issued.owner.device);
    issued.bound = true;
    ids.bound++;
    ids.unused.delete(clientId);
  };
  const owner = (clientId: number): ClientIdOwner | null =>
    clientId === doc.clientID ? SERVER : (issuedById.get(clientId)?.owner ?? null);

  return {
    owner,
    issue: ({ account, device }, connectionId, drawn) => {
      const ids = idsOf(device);
      if (ids.bound >= maxPerDevice) return err({ type: 'client-id-limit' });
      if (drawn !== undefined && isTaken(drawn)) return err({ type: 'client-id-reused' });
      const id = drawn ?? freeId();
      issuedById.set(id, { owner: { account, device, connectionId }, bound: false });
      ids.unused.add(id);
      for (const oldest of ids.unused) {
        if (ids.unused.size <= maxUnusedPerDevice) break;
        ids.unused.delete(oldest);
        issuedById.delete(oldest);
      }
      return ok(id);
    },
    bind: (clientIds) => {
      const bindings: ClientBinding[] = [];
      for (const clientId of clientIds) {
        const issued = issuedById.get(clientId) ?? (clientId === doc.clientID ? serverId() : undefined);
        if (issued === undefined) throw new Error(`client id ${clientId} was never issued`);
        if (issued.bound) continue;
        issuedById.set(clientId, issued);
        markBound(clientId, issued);
        bindings.push({ clientId, account: issued.owner.account, device: issued.owner.device });
      }
      return bindings;
    },
    restore: (bindings) => {
      for (const { clientId, account, device } of bindings) {
        if (issuedById.get(clientId)?.bound) continue;
        const issued = { owner: { account, device, connectionId: null }, bound: false };
        issuedById.set(clientId, issued);
        markBound(clientId, issued);
      }
      // what was loaded may hold the id that this document's instance drew for itself
      const own = issuedById.get(doc.clientID);
      if (own !== undefined && own.owner !== SERVER) doc.clientID = freeId();
    },
  };
};
const MAX_ATTEMPTS = 100;

const serverId = (): IssuedId => ({ owner: SERVER, bound: false });
