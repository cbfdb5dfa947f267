/**
 * One random history: people write, lose the network and get it back, end and begin anew, are refused, removed and come
 * back; the server is killed and opens segments. Then all is well again, what was refused is sent again, and everybody
 * must see the same: every message that was written, once, in one order. [OUT-1] [OUT-5] [PRJ-1]
 */
import type { ConversationId, EventId } from '@kith/schema/ids';
import { createSeededRandom, type SeededRandom } from '@kith/sync-server/guard-fuzzers';
import { type FuzzPerson, type Identity, openPerson } from './fuzz-person.ts';
import type { FuzzServer } from './fuzz-server.ts';
import { waitUntil } from './wait-until.ts';

export interface ConvergenceCounts {
  readonly runs: number;
  readonly written: number;
  /** Kept with the reason, and sent again at the end where that was allowed. */
  readonly refused: number;
  /** Timelines compared with each other. */
  readonly compared: number;
}

interface Run {
  readonly random: SeededRandom;
  readonly server: FuzzServer;
  readonly people: readonly FuzzPerson[];
  readonly id: ConversationId;
  readonly steps: string[];
}

const SKEWS_MS = [0, 0, 90_000, -90_000, 3_600_000, -3_600_000, 86_400_000, -86_400_000];
const STEPS = { least: 8, most: 24 };
/** One in so many runs writes more than a segment holds. */
const LONG_ONE_IN = 60;
const LONG_MESSAGES = 1_050;

/** @throws Error that says what differed, with the steps that led there */
export const runConvergence = async (
  server: FuzzServer,
  identities: Identity[],
  seed: number,
): Promise<ConvergenceCounts> => {
  const random = createSeededRandom(seed);
  const count = 2 + random.int(identities.length - 1);
  const steps: string[] = [];
  const people: FuzzPerson[] = [];
  for (const [n, identity] of identities.slice(0, count).entries()) {
    // drawn apart: how often frames go must not change what people do
    const networkRandom = createSeededRandom(seed + n + 1);
    people.push(await openPerson({ server, identity, random: networkRandom, skewMs: random.pick(SKEWS_MS) }));
  }
  try {
    const run = { random, server, people, steps, id: await gather(people) };
    const rounds = STEPS.least + random.int(STEPS.most - STEPS.least);
    if (random.int(LONG_ONE_IN) === 0) await write(run, random.pick(people), LONG_MESSAGES);
    for (let step = 0; step < rounds; step++) await act(run);
    await heal(run);
    return await compare(run, await sendAgain(run));
  } catch (cause) {
    const logs = people.map((person) => `${person.handle}:\n  ${person.logged().slice(-12).join('\n  ')}`);
    throw new Error(`${cause instanceof Error ? cause.message : cause}\n${steps.join('\n')}\n${logs.join('\n')}`, {
      cause,
    });
  } finally {
    for (const [n, person] of people.entries()) identities[n] = await person.leave();
    if (!server.isUp) server.start();
  }
};

const gather = async ([owner, ...others]: readonly FuzzPerson[]): Promise<ConversationId> => {
  if (owner === undefined) throw new Error('nobody is there');
  const id = await owner.engine.createConversation({ kind: 'group', title: 'Fuzz' });
  await waitUntil('the conversation to be made', async () => (await owner.store.conversation(id))?.state === 'joined');
  for (const other of others) {
    // a renewal that the engine of an earlier run had under way may end the token of this one
    await join(owner, other, id).catch(() => join(owner, other, id));
  }
  return id;
};

const join = async (owner: FuzzPerson, other: FuzzPerson, id: ConversationId): Promise<void> => {
  const link = await owner.engine.createInvite(id, { role: 'member', expiresInSeconds: 600, maxUses: 1 });
  await other.engine.joinByInvite(link);
};

const write = async ({ id, steps }: Pick<Run, 'id' | 'steps'>, person: FuzzPerson, count: number): Promise<void> => {
  steps.push(`${person.handle} writes ${count}`);
  for (let n = 0; n < count; n++) {
    const text = `${person.handle} ${person.written.length}`;
    const eventId = await person.engine.sendMessage(id, { text }).catch(() => null); // no member now
    if (eventId !== null) person.written.push(eventId);
  }
};

const act = async (run: Run): Promise<void> => {
  const { random, people, steps } = run;
  const person = random.pick(people);
  const dice = random.int(100);
  if (dice < 45) return write(run, person, 1 + random.int(4));
  if (dice < 55) {
    steps.push(`${person.handle} ${person.network.isCut ? 'is back' : 'is cut off'}`);
    if (person.network.isCut) reconnect(person);
    else cutOff(person, random.chance(0.5));
  } else if (dice < 62) {
    steps.push(`${person.handle} begins anew`);
    await person.restart();
  } else if (dice < 68) return killServer(run);
  else if (dice < 74) {
    person.network.refusals = 1 + random.int(2);
    steps.push(`${person.handle} will be refused ${person.network.refusals} times`);
    if (random.chance(0.5)) await person.restart();
  } else if (dice < 80) {
    person.network.lostAcks = 1 + random.int(3);
    steps.push(`${person.handle} will not hear of ${person.network.lostAcks} acknowledgements`);
  } else if (dice < 86) {
    person.network.delayMs = random.int(4);
    steps.push(`${person.handle} is ${person.network.delayMs} ms away`);
  } else if (dice < 91) return changeMembers(run);
  else await pause(random.int(12));
};

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Known to the device, or only felt by it later. */
const cutOff = (person: FuzzPerson, isTold: boolean): void => {
  person.network.isCut = true;
  if (isTold) person.say({ online: false });
};
const reconnect = (person: FuzzPerson): void => {
  person.network.isCut = false;
  person.say({ online: false });
  person.say({ online: true });
};

const killServer = async ({ random, server, people, steps, id }: Run): Promise<void> => {
  steps.push('the server is killed');
  server.kill();
  if (random.chance(0.3)) {
    steps.push('a segment is closed');
    await server.rollOver(id);
  }
  await pause(random.int(5));
  server.start();
  for (const person of people) if (!person.network.isCut) reconnect(person);
};

const changeMembers = async ({ random, people, steps, id }: Run): Promise<void> => {
  const [owner, ...others] = people;
  const other = others[random.int(others.length)];
  if (owner === undefined || other === undefined) return;
  const isIn = (await other.store.conversation(id))?.state === 'joined';
  const account = (await other.store.session())?.account;
  if (account === undefined) return;
  try {
    if (isIn) await owner.engine.removeMember(id, account);
    else await join(owner, other, id);
    steps.push(`${other.handle} is ${isIn ? 'removed' : 'back in'}`);
  } catch {
    steps.push(`${other.handle} could not be ${isIn ? 'removed' : 'let in'} now`); // without a network
  }
};

const heal = async ({ server, people, steps, id }: Run): Promise<void> => {
  steps.push('all is well again');
  if (!server.isUp) server.start();
  for (const person of people) {
    Object.assign(person.network, { refusals: 0, lostAcks: 0, delayMs: 0 });
    reconnect(person);
  }
  await waitUntil('everybody to be online', () => people.every((person) => person.isOnline));
  const [owner, ...others] = people;
  for (const other of others) {
    const account = (await other.store.session())?.account;
    const members = (await server.directory.conversation(id))?.roleByAccount;
    if (owner !== undefined && account !== undefined && members?.has(account) === false) await join(owner, other, id);
  }
  const epoch = (await server.directory.conversation(id))?.epoch;
  for (const person of people) {
    await waitUntil(`${person.handle} to know who is in`, async () => {
      const row = await person.store.conversation(id);
      return row?.state === 'joined' && row.epoch === epoch;
    });
  }
  await allSent(people);
};

const allSent = async (people: readonly FuzzPerson[]): Promise<void> => {
  for (const person of people) {
    const isDone = async (): Promise<boolean> => (await person.views.unsent().get()).pending === 0;
    await waitUntil(`${person.handle} to have sent everything`, isDone);
  }
};

/** What was refused on the way, with its reason, goes through now that all is well. */
const sendAgain = async ({ people, steps }: Run): Promise<number> => {
  let refused = 0;
  for (const person of people) {
    for (const eventId of person.written) {
      const kept = await person.store.quarantined(eventId);
      if (kept === null) continue;
      steps.push(`${person.handle} sends again what was refused as ${kept.code}`);
      await person.engine.retryMessage(eventId);
      refused++;
    }
  }
  await allSent(people);
  return refused;
};

const compare = async ({ server, people, id }: Run, refused: number): Promise<ConvergenceCounts> => {
  const stored = (await server.store.arrivals(`conversation/${id}`, 0, 1_000_000)).map(({ eventId }) => eventId);
  assertOnce(stored, 'in the journal');
  const seenBy = async (person: FuzzPerson): Promise<EventId[]> =>
    (await person.timeline(id)).filter(({ refused }) => refused === null).map(({ message }) => message.eventId);
  for (const person of people) while (await person.engine.loadOlder(id));
  await waitUntil('everybody to have every message', async () => {
    const seen = await Promise.all(people.map(seenBy));
    return seen.every((ids) => ids.length === stored.length);
  });
  await waitUntil('everybody to see one order', async () => {
    const [first, ...others] = await Promise.all(people.map(seenBy));
    return others.every((other) => other.join() === first?.join());
  });
  const first = await seenBy(people[0] as FuzzPerson);
  assertOnce(first, 'in the timeline');
  const seen = new Set(first);
  for (const person of people) {
    const lost = person.written.filter((eventId) => !seen.has(eventId));
    if (lost.length > 0) throw new Error(`${lost.length} of ${person.handle}'s are lost: ${lost}`);
  }
  const written = people.reduce((sum, person) => sum + person.written.length, 0);
  if (written !== first.length) throw new Error(`${first.length} are there, ${written} were written`);
  return { runs: 1, written, refused, compared: people.length };
};

const assertOnce = (eventIds: readonly EventId[], where: string): void => {
  if (new Set(eventIds).size !== eventIds.length) throw new Error(`an event is twice ${where}`);
};
