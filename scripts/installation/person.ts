/** A person with one device that writes to a server, and remembers what it wrote and what it showed as stored. */
import {
  createEngineOnStore,
  createMemoryLocalStore,
  createViews,
  type Engine,
  type EngineDeps,
  type EngineStatus,
  type TimelineItem,
} from '@kith/client/engine';
import type { ConversationId, EventId } from '@kith/schema/ids';
import { until } from './until.ts';

export interface Person {
  readonly handle: string;
  readonly engine: Engine;
  status(): EngineStatus;
  /** What it logged last. */
  logged(): readonly string[];
  write(id: ConversationId): Promise<void>;
  /** Texts, in order of writing. */
  readonly written: readonly string[];
  pending(): Promise<number>;
  /** Refused and kept aside. */
  refused(): Promise<number>;
  timeline(id: ConversationId): Promise<readonly TimelineItem[]>;
  isMember(id: ConversationId): Promise<boolean>;
  /** Own messages that this device has shown as stored, at this look or at one before. */
  acknowledged(id: ConversationId): Promise<ReadonlySet<EventId>>;
  close(): Promise<void>;
}

const PASSWORD = 'correct horse battery staple 17';
const KEPT_LINES = 40;
const LONGEST_TIMELINE = 1_000_000;

export interface PersonDeps {
  readonly server: string;
  readonly handle: string;
  readonly overrides?: Partial<EngineDeps>;
}

/** A new account. */
export const signUp = async (deps: PersonDeps): Promise<Person> => {
  const person = openPerson(deps);
  const { handle } = deps;
  await person.engine.signUpWithPassword({ handle, name: handle, password: PASSWORD, deviceName: 'first' });
  await isOnline(person);
  return person;
};

/** Another device, which has seen nothing yet. */
export const signIn = async (deps: PersonDeps): Promise<Person> => {
  const person = openPerson(deps);
  await person.engine.signInWithPassword({ handle: deps.handle, password: PASSWORD, deviceName: 'another' });
  await isOnline(person);
  return person;
};

export const isOnline = (person: Person): Promise<void> =>
  until(`${person.handle} to be online`, () => person.status().connection === 'online');

const openPerson = ({ server, handle, overrides = {} }: PersonDeps): Person => {
  const store = createMemoryLocalStore();
  const views = createViews(store);
  const lines: string[] = [];
  const written: string[] = [];
  const acknowledged = new Set<EventId>();
  const log: EngineDeps['log'] = (level, message, fields) => {
    lines.push(`${new Date().toISOString()} ${level} ${message} ${JSON.stringify(fields ?? {})}`);
    if (lines.length > KEPT_LINES) lines.shift();
  };
  const engine = createEngineOnStore({ server, store, log, overrides });
  let status: EngineStatus = { connection: 'connecting', storage: 'ok', leader: false, ended: null, slowed: [] };
  void engine.onStatus((next) => {
    status = next;
  });
  const timeline = async (id: ConversationId) => (await views.timeline(id, LONGEST_TIMELINE).get()).items;
  return {
    ...{ handle, engine, written, timeline },
    status: () => status,
    logged: () => lines,
    write: async (id) => {
      const text = `${handle} ${written.length}`;
      written.push(text);
      await engine.sendMessage(id, { text });
    },
    pending: async () => (await views.unsent().get()).pending,
    refused: async () => (await views.unsent().get()).refused,
    isMember: async (id) => (await views.conversation(id).get())?.state === 'joined',
    acknowledged: async (id) => {
      for (const { message, tick } of await timeline(id))
        if (tick !== null && tick !== 'pending') acknowledged.add(message.eventId);
      return acknowledged;
    },
    close: async () => {
      await engine.close();
      await store.close();
    },
  };
};
