/** Two people in many conversations: one writes, the other has the device that is away meanwhile. */
import type { ConversationId } from '@kith/schema/ids';
import { inTurns } from '../product/in-turns.ts';
import {
  createConversation,
  documentTokens,
  invite,
  join,
  type Person,
  renewAccess,
  signUp,
} from '../product/people.ts';
import { TYPICAL_TEXT } from '../product/signed-events.ts';
import { createWireWriter, type WireWriter } from '../product/wire-writer.ts';
import { connectWire, syncUrl } from '../sync/wire-client.ts';

export interface Place {
  readonly conversation: ConversationId;
  readonly writer: WireWriter;
  /** Of the last message. */
  arrival: number;
}

export interface World {
  readonly reader: Person;
  readonly places: readonly Place[];
  /** One message more in each; resolves when all are durable. */
  write(places: readonly Place[]): Promise<void>;
}

const AT_ONCE = 8;

/** Each conversation has one message. */
export const createWorld = async (server: string, conversations: number): Promise<World> => {
  const keys = (await crypto.subtle.generateKey('Ed25519', false, ['sign', 'verify'])) as CryptoKeyPair;
  const publicKey = new Uint8Array(await crypto.subtle.exportKey('raw', keys.publicKey));
  let writer = await signUp(server, 'writer', publicKey, 'default');
  const reader = await signUp(server, 'reader', crypto.getRandomValues(new Uint8Array(32)), 'default');
  const { account, device } = writer;
  const places = await inTurns(Array.from({ length: conversations }), AT_ONCE, async (): Promise<Place> => {
    const conversation = await createConversation(server, writer.accessToken);
    await join(server, reader.accessToken, await invite(server, writer.accessToken, conversation));
    const place = { conversation, account, device };
    return { conversation, writer: createWireWriter(place, 1, keys.privateKey), arrival: 0 };
  });
  const write = async (some: readonly Place[]): Promise<void> => {
    writer = await renewAccess(server, writer, 'default');
    await writeOneEach(server, writer, some);
  };
  await write(places);
  return { reader, places, write };
};

const writeOneEach = async (server: string, { accessToken }: Person, places: readonly Place[]): Promise<void> => {
  const journals = places.map(({ conversation }) => `conversation/${conversation}`);
  const tokens = await documentTokens(server, accessToken, journals);
  const waiting = new Map<string, (arrival: number) => void>();
  const { promise: refused, reject } = Promise.withResolvers<never>();
  const client = await connectWire(syncUrl(server), true, {
    onMessage: () => {},
    onStored: (events) => {
      for (const [eventId, arrival] of events) waiting.get(eventId)?.(arrival);
    },
    onRejected: (code) => reject(new Error(`a message was refused: ${code}`)),
  });
  const writeOne = async (place: Place, n: number): Promise<void> => {
    place.writer.attached(await client.open(place.writer.document, tokens[n] ?? ''));
    const { eventId, frame } = await place.writer.next(TYPICAL_TEXT);
    const stored = new Promise<number>((resolve) => waiting.set(eventId, resolve));
    client.send(frame);
    place.arrival = await stored;
  };
  await Promise.race([inTurns(places, AT_ONCE, writeOne), refused]);
  client.close();
};
