import { type Atom, atom, createStore } from 'jotai';
import { expect, test } from 'vitest';
import type { Engine, EngineStatus, SessionInfo } from '../engine/engine-api.ts';
import { createMemoryLocalStore } from '../engine/storage/memory-local-store.ts';
import { ROOM, sampleConversation, sampleMessage, sampleSession } from '../engine/storage/test/local-store-samples.ts';
import { createViews } from '../engine/views-from-store.ts';
import { createKithState, type KithState } from '../state/kith-state.ts';
import type { Place } from '../state/paths.ts';
import { readAhead } from '../state/read-ahead.ts';
import { createUnsaved } from '../state/unsaved.ts';
import type { FirstFrame } from './first-frame.ts';
import { keepFirstFrame } from './keep-first-frame.ts';
import { sampleFrame } from './test/sample-frame.ts';

const ROOM_PLACE: Place = { type: 'conversation', id: ROOM, members: false };
/** The last arrival that was read. */
const READ = 1;
const ONLINE = { connection: 'online', ended: null } as EngineStatus;

const begun = async (
  draw: (kith: KithState) => Promise<string> = async () => 'drawn',
  unread: readonly number[] = [],
) => {
  const local = createMemoryLocalStore();
  await local.saveSession(sampleSession());
  await local.saveConversation(sampleConversation({ readArrival: READ }));
  await local.project({ messages: [sampleMessage(READ), ...unread.map((n) => sampleMessage(n))], changes: [] });
  const statusAtom = atom<EngineStatus | undefined>(ONLINE);
  const sessionAtom = atom<SessionInfo | null | undefined>(undefined);
  const views = createViews(local);
  const unsaved = createUnsaved(() => Promise.resolve());
  const kith = {
    ...createKithState({ engine: {} as Engine, views, unsaved }),
    statusAtom: statusAtom as Atom<EngineStatus | undefined>,
    sessionAtom: sessionAtom as Atom<SessionInfo | null | undefined>,
  };
  const store = createStore();
  store.set(sessionAtom, await views.session().get());
  await readAhead(store, kith, ROOM_PLACE).ready;
  const did: string[] = [];
  let place: Place = ROOM_PLACE;
  let rest = (): void => undefined;
  const { html: _, ...label } = sampleFrame();
  keepFirstFrame({
    store,
    kith,
    frames: {
      keep: async ({ html }: FirstFrame) => void did.push(`keep ${html}`),
      forget: async () => void did.push('forget'),
    },
    place: () => place,
    label: () => label,
    draw,
    onRest: (listener) => {
      rest = listener;
    },
  });
  return {
    did,
    store,
    statusAtom,
    sessionAtom,
    go: (to: Place) => {
      place = to;
    },
    rest: async () => {
      rest();
      await settled();
    },
  };
};

/** Everything here resolves within some turns of the queue of promises. */
const settled = async (): Promise<void> => {
  for (let turns = 0; turns < 20; turns++) await Promise.resolve();
};

test('[PWA-6] what has come to rest is drawn and kept, once for each change', async () => {
  const { did, rest } = await begun();
  expect(did).toEqual([]);
  await rest();
  await rest();
  expect(did).toEqual(['keep drawn']);
});

test('[PWA-6] it shows what a cold start reads, and nothing that only this visit knows', async () => {
  let drawn: KithState | undefined;
  const { rest } = await begun(async (kith) => {
    drawn = kith;
    return '';
  });
  await rest();
  const cold = createStore();
  if (drawn === undefined) return expect.fail('nothing was drawn');
  expect(cold.get(drawn.sessionAtom)?.name).toBe('Alice');
  expect(cold.get(drawn.timeline(ROOM).viewAtom)).toMatchObject({ items: [{}], firstUnread: null });
  expect(cold.get(drawn.statusAtom)).toBeUndefined();
});

test('[PWA-6] nothing is kept before the engine has said that the session holds', async () => {
  const { did, store, statusAtom, rest } = await begun();
  store.set(statusAtom, undefined);
  await rest();
  expect(did).toEqual([]);
});

test('[PWA-7] it is forgotten at once when the person signs out, and when the device was signed out', async () => {
  const out = await begun();
  await out.rest();
  out.store.set(out.sessionAtom, null);
  expect(out.did).toEqual(['keep drawn', 'forget']);
  await out.rest();
  expect(out.did).toEqual(['keep drawn', 'forget']);

  const ended = await begun();
  ended.store.set(ended.statusAtom, { ...ONLINE, ended: 'session_ended' } as unknown as EngineStatus);
  await ended.rest();
  expect(ended.did).toEqual(['forget']);
});

test('[PWA-7] what was being drawn when the person signed out is not kept', async () => {
  const { promise, resolve } = Promise.withResolvers<string>();
  const { did, store, sessionAtom, rest } = await begun(() => promise);
  await rest();
  store.set(sessionAtom, null);
  resolve('too late');
  await settled();
  expect(did).toEqual(['forget']);
});

test('[PWA-6] it is forgotten when its conversation is left for another screen, and when it cannot be drawn', async () => {
  const { did, rest, go } = await begun();
  go({ type: 'settings' });
  await rest();
  expect(did).toEqual([]);
  go(ROOM_PLACE);
  await rest();
  go({ type: 'settings' });
  await rest();
  await rest();
  expect(did).toEqual(['keep drawn', 'forget']);

  const broken = await begun(() => Promise.reject(new Error('no')));
  await broken.rest();
  expect(broken.did).toEqual(['forget']);
});

test('[PWA-6] with unread messages the next start opens elsewhere: nothing is kept', async () => {
  const { did, rest } = await begun(undefined, [READ + 1]);
  await rest();
  expect(did).toEqual(['forget']);
});
