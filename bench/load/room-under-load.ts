/** A conversation whose people are connected. When its segment is full they all move to the next, as devices do. */
import { LIMITS } from '@kith/schema/limits';
import { TYPICAL_TEXT } from '../product/signed-events.ts';
import { createWireWriter, type WireWriter } from '../product/wire-writer.ts';
import { mark } from '../sync/wire-client.ts';
import { type Connection, openConnection } from './connection.ts';
import type { MessagesUnderWay } from './messages-under-way.ts';
import type { Room } from './town.ts';

export interface RoomUnderLoad {
  readonly connections: readonly Connection[];
  /** False while it moves: what is said then is said elsewhere. */
  readonly isOpen: boolean;
  /** One message by the next who talks; resolves when it is on its way. */
  say(): Promise<void>;
}

interface Talker {
  readonly connection: Connection;
  writer: WireWriter;
  /** Messages of one device leave in order. */
  before: Promise<void>;
}

const TALKERS = 10;
/** The server opens the next segment soon after the last event of this one is stored, later when it has much to store. */
const NEXT_OPENS_MS = 500;
const TRIES = 20;

export const openRoom = async (
  { conversation, residents }: Room,
  signKey: CryptoKey,
  underWay: MessagesUnderWay,
): Promise<RoomUnderLoad> => {
  const connections: Connection[] = [];
  const talkers: Talker[] = [];
  let [segment, stored, turn, underWayHere, isOpen] = [1, 0, 0, 0, false];
  const writerOf = ({ resident: { person } }: Connection): WireWriter =>
    createWireWriter({ conversation, account: person.account, device: person.device }, segment, signKey);

  const enterSoon = async (connection: Connection): Promise<number> => {
    for (let tries = 1; ; tries++)
      try {
        return await connection.enter(segment);
      } catch (cause) {
        if (tries === TRIES) throw cause;
        await new Promise((resolve) => setTimeout(resolve, NEXT_OPENS_MS));
      }
  };
  const enter = async (): Promise<void> => {
    const ids = await Promise.all(connections.map(enterSoon));
    for (const [n, talker] of talkers.entries()) {
      talker.writer = writerOf(talker.connection);
      talker.writer.attached(ids[n] ?? 0);
    }
    isOpen = true;
  };
  const move = async (): Promise<void> => {
    isOpen = false;
    do await new Promise((resolve) => setTimeout(resolve, NEXT_OPENS_MS));
    while (underWayHere > 0); // who leaves a segment does not hear what is still under way in it
    [segment, stored] = [segment + 1, 0];
    await enter();
  };
  const onStored = (events: readonly (readonly [string, number])[]): void => {
    for (const [eventId] of events) underWay.stored(eventId);
    stored += events.length;
    if (isOpen && stored >= LIMITS.segmentEvents) void move();
  };

  for (const [n, resident] of residents.entries()) {
    const self = {};
    const isTalker = n < TALKERS;
    const connection = await openConnection(resident, conversation, {
      onMessage: (seq) => underWay.delivered(seq, isTalker ? connection : self),
      ...(isTalker ? { onStored, onRejected: underWay.refused } : {}),
    });
    connections.push(connection);
    if (isTalker) talkers.push({ connection, writer: writerOf(connection), before: Promise.resolve() });
  }
  await enter();

  const send = async ({ connection, writer }: Talker): Promise<void> => {
    const seq = underWay.next();
    const { eventId, frame } = await writer.next(`${mark(seq)} ${TYPICAL_TEXT}`);
    underWayHere++;
    const onSettled = (): void => void underWayHere--;
    underWay.sent({ seq, eventId, receivers: connections.length - 1, sender: connection, onSettled });
    connection.client.send(frame);
  };
  return {
    connections,
    get isOpen() {
      return isOpen;
    },
    say: () => {
      const talker = talkers[turn++ % talkers.length] as Talker;
      talker.before = talker.before.then(() => send(talker));
      return talker.before;
    },
  };
};
