/** Who is connected, and to which conversation: a few large ones and many small (Zipf), each person in one. */
import type { ConversationId } from '@kith/schema/ids';
import { LIMITS } from '@kith/schema/limits';
import { inTurns } from '../product/in-turns.ts';
import { createConversation, invite, join, type Person, signUp } from '../product/people.ts';

export interface Resident {
  readonly person: Person;
  /** The node that the device is connected to. */
  readonly url: string;
  /** ms since 1970. */
  readonly signedInAt: number;
}

export interface Room {
  readonly conversation: ConversationId;
  readonly residents: readonly Resident[];
}

/** One key for all devices, as JSON: what is measured is not whose it is. */
export interface Town {
  readonly rooms: readonly Room[];
  readonly signKey: JsonWebKey;
}

const AT_ONCE = 8;
const LEAST = 2;

/** How many are in each; together as many as there are people. */
export const zipfSizes = (people: number, rooms: number): number[] => {
  if (people < rooms * LEAST || people > rooms * LIMITS.membersPerConversation)
    throw new RangeError(`${people} people are too few or too many for ${rooms} conversations`);
  const harmonic = Array.from({ length: rooms }, (_, n) => 1 / (n + 1)).reduce((sum, part) => sum + part, 0);
  const sizes = Array.from({ length: rooms }, (_, n) =>
    Math.min(LIMITS.membersPerConversation, Math.max(LEAST, Math.floor(people / harmonic / (n + 1)))),
  );
  let left = people - sizes.reduce((sum, size) => sum + size, 0);
  for (let n = 0; left !== 0; n = (n + 1) % rooms) {
    const step = Math.sign(left);
    const size = (sizes[n] ?? 0) + step;
    if (size < LEAST || size > LIMITS.membersPerConversation) continue;
    sizes[n] = size;
    left -= step;
  }
  return sizes;
};

/** Signed up at the first node. The members of a conversation are spread over all. */
export const createTown = async (
  urls: readonly string[],
  { people, rooms, prefix }: { readonly people: number; readonly rooms: number; readonly prefix: string },
): Promise<Town> => {
  const [base = ''] = urls;
  const keys = (await crypto.subtle.generateKey('Ed25519', true, ['sign', 'verify'])) as CryptoKeyPair;
  const publicKey = new Uint8Array(await crypto.subtle.exportKey('raw', keys.publicKey));
  const residents = await inTurns(Array.from({ length: people }), AT_ONCE, async (_, n): Promise<Resident> => {
    const person = await signUp(base, `${prefix}-${n}`, publicKey, 'default');
    return { person, url: urls[n % urls.length] ?? base, signedInAt: Date.now() };
  });
  let taken = 0;
  const groups = zipfSizes(people, rooms).map((size) => {
    taken += size;
    return residents.slice(taken - size, taken);
  });
  return {
    rooms: await inTurns(groups, AT_ONCE, (group) => createRoom(base, group)),
    signKey: await crypto.subtle.exportKey('jwk', keys.privateKey),
  };
};

const createRoom = async (base: string, residents: readonly Resident[]): Promise<Room> => {
  const [owner, ...others] = residents.map(({ person }) => person.accessToken);
  if (owner === undefined) throw new RangeError('a conversation needs people');
  const conversation = await createConversation(base, owner);
  const invitation = await invite(base, owner, conversation);
  for (const token of others) await join(base, token, invitation);
  return { conversation, residents };
};
