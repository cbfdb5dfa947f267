import { atom, createStore } from 'jotai';
import { expect, test } from 'vitest';
import type { ConversationView } from '../engine/views.ts';
import { onceWorthKeeping } from './once-worth-keeping.ts';

const conversations = [{}, {}] as ConversationView[];

test('[BRW-8] the browser is asked once there is a conversation to lose, and once only', () => {
  const conversationsAtom = atom<readonly ConversationView[] | undefined>(undefined);
  const store = createStore();
  let calls = 0;
  onceWorthKeeping(store, { conversationsAtom }, () => calls++);
  store.set(conversationsAtom, []);
  expect(calls).toBe(0);
  store.set(conversationsAtom, conversations.slice(1));
  store.set(conversationsAtom, conversations);
  expect(calls).toBe(1);
});
