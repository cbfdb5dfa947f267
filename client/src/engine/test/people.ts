/** People with engines, for tests against a real server. */
import { bytesToBase64Url } from '@kith/schema/base64url';
import type { ConversationId, EventId } from '@kith/schema/ids';
import { expect, vi } from 'vitest';
import type { EngineWithLeader } from '../create-engine.ts';
import type { EngineStatus } from '../engine-api.ts';
import type { EngineDeps } from '../engine-deps.ts';
import { createEngineOnStore } from '../headless-engine.ts';
import type { LocalStore } from '../storage/local-store.ts';
import { createMemoryLocalStore } from '../storage/memory-local-store.ts';
import type { TimelineItem, Views } from '../views.ts';
import { createViews } from '../views-from-store.ts';

export interface Person {
  readonly handle: string;
  readonly engine: EngineWithLeader;
  readonly store: LocalStore;
  readonly views: Views;
  readonly logged: string[];
  status(): EngineStatus;
  online(): Promise<void>;
  close(): Promise<void>;
}

export const PASSWORD = 'correct horse battery staple 17';

/** Everything opened by a test, closed at its end. */
export interface People {
  /** Opens an engine; nobody is signed in unless the store says so. */
  open(handle: string, options?: PersonOptions): Promise<Person>;
  signUp(handle: string, options?: PersonOptions): Promise<Person>;
  /** Both in one conversation. */
  together(a: Person, b: Person, title?: string): Promise<ConversationId>;
  closeAll(): Promise<void>;
}

export interface PersonOptions {
  readonly store?: LocalStore;
  readonly overrides?: Partial<EngineDeps>;
}

export const gatherPeople = (origin: string): People => {
  const opened: Person[] = [];
  const open = async (handle: string, options: PersonOptions = {}): Promise<Person> => {
    const person = await openPerson(origin, handle, options);
    opened.push(person);
    return person;
  };
  return {
    open,
    signUp: async (handle, options) => {
      const person = await open(handle, options);
      const unique = `${handle}-${bytesToBase64Url(crypto.getRandomValues(new Uint8Array(4)))
        .toLowerCase()
        .replaceAll(/[-_]/g, 'x')}`;
      await person.engine.signUpWithPassword({
        ...{ handle: unique, name: handle, password: PASSWORD, deviceName: 'test' },
      });
      await person.online();
      return person;
    },
    together: async (a, b, title = 'Room') => {
      const id = await a.engine.createConversation({ kind: 'group', title });
      await until(async () => expect((await a.views.conversation(id).get())?.state).toBe('joined'));
      const link = await a.engine.createInvite(id, { role: 'member', expiresInSeconds: 3_600, maxUses: 5 });
      expect(await b.engine.joinByInvite(link)).toBe(id);
      await until(async () => expect(await a.views.members(id).get()).toHaveLength(2));
      return id;
    },
    closeAll: async () => {
      for (const person of opened.splice(0)) await person.close();
    },
  };
};

const openPerson = async (origin: string, handle: string, { store, overrides }: PersonOptions): Promise<Person> => {
  const kept = store ?? createMemoryLocalStore();
  const logged: string[] = [];
  const engine = createEngineOnStore({
    server: origin,
    store: kept,
    log: (level, message, fields) => logged.push(`${level} ${message} ${JSON.stringify(fields ?? {})}`),
    overrides: overrides ?? {},
  });
  let status: EngineStatus = { connection: 'connecting', storage: 'ok', leader: false, ended: null, slowed: [] };
  await engine.onStatus((next) => {
    status = next;
  });
  return {
    ...{ handle, engine, logged, store: kept, views: createViews(kept) },
    status: () => status,
    online: () => until(() => expect(status.connection).toBe('online')),
    close: async () => {
      await engine.close();
      if (store === undefined) await kept.close();
    },
  };
};

/** Waits for a condition, not for a time. */
export const until = <T>(condition: () => T | Promise<T>, timeout = 15_000): Promise<T> =>
  vi.waitFor(condition, { timeout, interval: 20 }) as Promise<T>;

export const timelineOf = async (person: Person, id: ConversationId, limit = 1_000): Promise<readonly TimelineItem[]> =>
  (await person.views.timeline(id, limit).get()).items;

export const textsOf = async (person: Person, id: ConversationId, limit?: number): Promise<string[]> =>
  (await timelineOf(person, id, limit)).map(({ message }) =>
    message.state === 'shown' ? message.text : message.state,
  );

export const tickOf = async (
  person: Person,
  id: ConversationId,
  eventId: EventId,
): Promise<string | null | undefined> =>
  (await timelineOf(person, id)).find(({ message }) => message.eventId === eventId)?.tick;
