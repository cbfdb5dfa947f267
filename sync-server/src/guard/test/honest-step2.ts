/**
 * Random histories in which everybody is honest and the server is not always right: it redacts, writes into logs itself,
 * lags, and is restored from older states. Devices write, lose and regain their role, reconnect, and send a SyncStep2 to
 * whichever state of the server they meet.
 */
import { WIRE_ERRORS } from '@kith/schema/wire-error';
import * as Y from 'yjs';
import { type ClientBinding, type ClientIds, createClientIds } from '../client-ids.ts';
import { applyServerChange } from '../server-change.ts';
import { append, copyOf, createServer, newEvent, newId, newWriter, type Replica, rootOf } from './guard-server.ts';
import { createSeededRandom, type SeededRandom } from './random.ts';

interface Device extends Replica {
  id: number;
  canWrite: boolean;
}

/** The server as one meets it: now, or as it was. */
interface State {
  readonly doc: Y.Doc;
  readonly clientIds: ClientIds;
}

export interface HonestCounts {
  readonly sent: number;
  /** Held nothing that may be the sender's own and that the server lacks. */
  foreign: number;
  /** Held own events that the server took. */
  taken: number;
  /** Held what may be the sender's own, and the server could not take it. */
  refused: number;
}

const STEPS = 60;

export const runHonestHistory = (seed: number): HonestCounts => {
  const random = createSeededRandom(seed);
  const server = createServer({ type: 'segment', conversation: newId(), n: 1 }, { random });
  const bindings: ClientBinding[] = [];
  const states: State[] = [server];
  const issuedTo = new Map<number, Device>();
  const logsOfServer = new Map<number, Set<string>>();
  const counts = { sent: 0, foreign: 0, taken: 0, refused: 0 };

  const connect = (device: Device): void => {
    device.id = server.issue(device.writer);
    device.doc.clientID = device.id;
    issuedTo.set(device.id, device);
  };
  const devices = Array.from({ length: 5 }, (_, i): Device => {
    const device = { writer: newWriter(), doc: new Y.Doc(), id: 0, canWrite: i > 0 };
    connect(device);
    return device;
  });
  const byServer = (change: (doc: Y.Doc) => void): void => {
    bindings.push(...applyServerChange({ ...server, origin: null, change }).newBindings);
  };
  const live = (device: Device) => server.doc.getArray<[Uint8Array]>(rootOf(device.writer));

  const send = (device: Device, state: State): void => {
    const update = Y.encodeStateAsUpdate(device.doc, Y.encodeStateVector(state.doc));
    const own = missingOwn(update, { device, state, issuedTo, logsOfServer });
    const { canWrite } = device;
    const sent = server.send(device.writer, update, { ...state, canWrite, mode: 'step2' });
    counts.sent++;
    if (sent.ok && state === server) bindings.push(...sent.value.newBindings);
    const events = sent.ok ? sent.value.events.length : 0;
    const said = sent.ok ? `${events} events` : `${sent.error.type}: ${sent.error.detail}`;
    if (own.structs.length === 0) {
      if (!sent.ok || events > 0) throw new Error(`nothing own was sent, the answer was ${said}`);
      counts.foreign++;
    } else if (own.canBeTaken && canWrite) {
      if (events !== own.events) throw new Error(`${own.events} own events were sent, the answer was ${said}`);
      counts.taken++;
    } else if (!sent.ok) {
      const isRight = canWrite ? WIRE_ERRORS[sent.error.type].retry === 'remake' : isOfReader(sent.error.type);
      if (!isRight) throw new Error(`own content met ${said}`);
      counts.refused++;
    } else if (events !== own.events) throw new Error(`${own.events} own events vanished: ${said}`);
  };

  const acts: Record<string, (device: Device) => void> = {
    write: (device) => {
      if (device.canWrite) append(device, ...Array.from({ length: 1 + random.int(3) }, () => newEvent()));
    },
    meet: (device) => {
      send(device, server);
      Y.applyUpdate(device.doc, Y.encodeStateAsUpdate(server.doc, Y.encodeStateVector(device.doc)));
    },
    meetOlder: (device) => send(device, random.pick(states)),
    reconnect: connect,
    redact: (device) => {
      if (live(device).length > 0) byServer(() => live(device).delete(random.int(live(device).length)));
    },
    bring: (device) => {
      byServer(() => live(device).push([[newEvent()]]));
      const logs = logsOfServer.get(server.doc.clientID) ?? new Set();
      logsOfServer.set(server.doc.clientID, logs.add(rootOf(device.writer)));
    },
    changeRole: (device) => {
      if (device !== devices[0]) device.canWrite = !device.canWrite;
    },
    backUp: () => {
      states.push(restored(server.doc, [...bindings], random));
    },
  };
  const names = [...Object.keys(acts), 'write', 'write', 'meet', 'meet', 'meetOlder'];
  for (let step = 0; step < STEPS; step++) acts[random.pick(names)]?.(random.pick(devices));
  return counts;
};

const isOfReader = (code: string): boolean => ['read-only', 'client-id-unknown', 'update-gap'].includes(code);

const restored = (of: Y.Doc, bindings: readonly ClientBinding[], random: SeededRandom): State => {
  const doc = copyOf(of);
  doc.clientID = 1 + random.int(2 ** 32 - 1);
  const clientIds = createClientIds({ doc, random: random.fill });
  clientIds.restore(bindings);
  return { doc, clientIds };
};

interface Sender {
  readonly device: Device;
  readonly state: State;
  readonly issuedTo: ReadonlyMap<number, Device>;
  readonly logsOfServer: ReadonlyMap<number, ReadonlySet<string>>;
}

/** What the update adds that was, or for all the server can know may have been, written by the sender. */
const missingOwn = (update: Uint8Array, { device, state, issuedTo, logsOfServer }: Sender) => {
  const { structs } = Y.decodeUpdate(update);
  const root = rootOf(device.writer);
  const isForgotten = (client: number): boolean => state.clientIds.owner(client) === null;
  const isOwn = (client: number): boolean => issuedTo.get(client) === device;
  const own = structs.filter(
    ({ id: { client } }) => isOwn(client) || (isForgotten(client) && (logsOfServer.get(client)?.has(root) ?? false)),
  );
  const written = own.filter((struct) => isOwn(struct.id.client));
  const lies = (client: number, clock: number): boolean =>
    structs.some(({ id, length }) => id.client === client && id.clock <= clock && clock < id.clock + length);
  const followsStripped = written.some(
    (struct) =>
      struct instanceof Y.Item &&
      struct.origin !== null &&
      !isOwn(struct.origin.client) &&
      lies(struct.origin.client, struct.origin.clock),
  );
  const isWhole = written.every((struct) => struct instanceof Y.Item && struct.content instanceof Y.ContentAny);
  const isKnown = own.every(({ id: { client } }) => !isForgotten(client));
  const events = written.reduce(
    (sum, struct) =>
      sum + (struct instanceof Y.Item && struct.content instanceof Y.ContentAny ? newOf(struct, state.doc) : 0),
    0,
  );
  return { structs: own, events, canBeTaken: isWhole && isKnown && !followsStripped && written.length === own.length };
};

const newOf = ({ id, length }: Y.Item, doc: Y.Doc): number =>
  Math.max(0, id.clock + length - Math.max(id.clock, Y.getState(doc.store, id.client)));
