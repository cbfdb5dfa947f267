/**
 * People in one conversation who write all the time, and what must be true of them in the end, whatever happened
 * meanwhile: all have everything, once, in one order, and what any of them showed as stored is there.
 */
import type { EngineDeps } from '@kith/client/engine';
import type { ConversationId, EventId } from '@kith/schema/ids';
import { type Person, signIn, signUp } from './person.ts';
import { until } from './until.ts';

export interface Crowd {
  readonly people: readonly Person[];
  readonly conversation: ConversationId;
  /** Each writes so many, a few at a time: who has that many waiting waits. Resolves when all are on their devices. */
  write(count: number): Promise<void>;
  /** Everybody writes one at once, whatever waits. */
  writeOne(): Promise<void>;
  /** How many messages the devices have seen stored. */
  stored(): Promise<number>;
  /** Takes a look at what the devices show as stored, which from then on must never be lost. */
  note(): Promise<void>;
  /** Also for a device that has seen nothing before. @throws Error that says what is lost, twice, or out of order */
  converge(): Promise<void>;
  /** The last that the devices logged. */
  logged(): string;
  close(): Promise<void>;
}

export interface CrowdDeps {
  readonly server: string;
  readonly names: readonly string[];
  readonly overrides?: Overrides;
}

/** Of what each person's engine is given. */
export type Overrides = (handle: string) => Partial<EngineDeps>;

/** Messages of a person that wait for the server while more are written. */
const WAITING = 4;
const LIMIT_MS = 120_000;
/** Of messages that are missing. */
const MOST_NAMED = 20;

export const gatherCrowd = async ({ server, names, overrides = () => ({}) }: CrowdDeps): Promise<Crowd> => {
  const people: Person[] = [];
  const close = async (): Promise<void> => {
    for (const person of people.splice(0)) await person.close();
  };
  const deps = (handle: string) => ({ server, handle, overrides: overrides(handle) });
  try {
    for (const handle of names) people.push(await signUp(deps(handle)));
    const conversation = await meet(people);
    const acknowledged = new Set<EventId>();
    const note = async (): Promise<void> => {
      for (const person of people) for (const id of await person.acknowledged(conversation)) acknowledged.add(id);
    };
    return {
      ...{ people, conversation, note, close },
      write: async (count) => {
        await Promise.all(people.map((person) => writeSome(person, conversation, count)));
      },
      writeOne: async () => {
        await Promise.all(people.map((person) => person.write(conversation)));
      },
      stored: () => storedOf(people),
      converge: async () => {
        await note();
        for (const person of people)
          await until(`${person.handle} to send all`, async () => (await person.pending()) === 0, LIMIT_MS);
        const another = await signIn(deps(names[0] as string));
        await compare([...people, another], conversation, acknowledged).finally(another.close);
      },
      logged: () => people.map((person) => [person.handle, ...person.logged()].join('\n  ')).join('\n'),
    };
  } catch (error) {
    await close();
    throw error;
  }
};

const meet = async ([owner, ...others]: readonly Person[]): Promise<ConversationId> => {
  if (owner === undefined) throw new Error('nobody is there');
  const id = await owner.engine.createConversation({ kind: 'group', title: 'Crowd' });
  await until('the conversation to be made', () => owner.isMember(id));
  const link = await owner.engine.createInvite(id, { role: 'member', expiresInSeconds: 3_600, maxUses: others.length });
  for (const other of others) await other.engine.joinByInvite(link);
  return id;
};

const writeSome = async (person: Person, id: ConversationId, count: number): Promise<void> => {
  for (let n = 0; n < count; n++) {
    await person.write(id);
    await until(`${person.handle} to have less waiting`, async () => (await person.pending()) < WAITING, LIMIT_MS);
  }
};

const storedOf = async (people: readonly Person[]): Promise<number> => {
  let stored = 0;
  for (const person of people) stored += person.written.length - (await person.pending());
  return stored;
};

const compare = async (
  people: readonly Person[],
  id: ConversationId,
  acknowledged: ReadonlySet<EventId>,
): Promise<void> => {
  const written = people.flatMap((person) => person.written);
  for (const person of people) {
    await until(`${person.handle} to know the conversation`, () => person.isMember(id));
    // before the first message it does not know that there are older ones
    await until(`${person.handle} to have one`, async () => (await person.timeline(id)).length > 0);
    while (await person.engine.loadOlder(id));
    const hasAll = async () => (await person.timeline(id)).length >= written.length;
    // told by what is missing, below
    await until(`${person.handle} to have all`, hasAll, LIMIT_MS).catch(() => {});
    const texts = await textsOf(person, id);
    const lost = missing(written, texts);
    if (lost.length > 0) throw new Error(`${person.handle} has not ${lost.length}: ${lost.slice(0, MOST_NAMED)}`);
    if (texts.length !== written.length)
      throw new Error(`${person.handle} shows some twice: ${twiceIn(texts).slice(0, MOST_NAMED)}`);
    if ((await person.refused()) > 0) throw new Error(`messages of ${person.handle} were refused`);
  }
  await until('all to show one order', async () => {
    const orders = await Promise.all(people.map(async (person) => (await idsOf(person, id)).join()));
    return new Set(orders).size === 1;
  });
  const there = new Set(await idsOf(people.at(-1) as Person, id));
  const lost = [...acknowledged].filter((eventId) => !there.has(eventId));
  if (lost.length > 0) throw new Error(`${lost.length} were shown as stored and are not there`);
};

const idsOf = async (person: Person, id: ConversationId): Promise<EventId[]> =>
  (await person.timeline(id)).map(({ message }) => message.eventId);

const textsOf = async (person: Person, id: ConversationId): Promise<string[]> =>
  (await person.timeline(id)).map(({ message }) => (message.state === 'shown' ? message.text : message.state));

const missing = (wanted: readonly string[], there: readonly string[]): string[] => {
  const has = new Set(there);
  return wanted.filter((text) => !has.has(text));
};

const twiceIn = (texts: readonly string[]): string[] => texts.filter((text, i) => texts.indexOf(text) !== i);
