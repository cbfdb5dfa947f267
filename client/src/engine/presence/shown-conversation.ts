/**
 * A conversation that somebody looks at: its head and newest segment are linked, presence is announced and heard. [ENG-9]
 */
import { newestSegment, readHead } from '@kith/schema/documents/head';
import type { ConversationId, DeviceId } from '@kith/schema/ids';
import type { Presence } from '../engine-api.ts';
import type { Timers } from '../engine-deps.ts';
import type { Replicas, ReplicaUse } from '../replica/replicas.ts';
import { presenceOf, TYPING_MS, type TypingSeen } from './presence-of.ts';

export interface ShownConversation {
  setTyping(typing: boolean): void;
  close(): void;
}

export const showConversation = (deps: {
  readonly conversation: ConversationId;
  readonly device: DeviceId;
  readonly replicas: Replicas;
  readonly timers: Timers;
  readonly clock: { now(): number };
  readonly onPresence: (presence: Presence) => void;
}): ShownConversation => {
  const { conversation, replicas, timers } = deps;
  const head = replicas.head(conversation);
  const { replica } = head;
  const seen: TypingSeen = { since: new Map() };
  let segment: { readonly n: number; readonly use: ReplicaUse } | null = null;
  let stopTyping = (): void => undefined;
  let stopLooking = (): void => undefined;

  const followNewest = (): void => {
    const n = newestSegment(readHead(replica.doc).segments)?.n ?? null;
    if (n === null || n === segment?.n) return;
    segment?.use.release();
    segment = { n, use: replicas.segment(conversation, n) };
  };
  const tell = (): void => {
    const { awareness } = replica;
    const states = (awareness?.getStates() ?? new Map()) as ReadonlyMap<number, Record<string, unknown>>;
    const clockOf = (clientId: number): number => awareness?.meta.get(clientId)?.clock ?? 0;
    deps.onPresence(presenceOf(conversation, deps, { states, clockOf }, seen, deps.clock.now()));
  };
  const announce = (typing: boolean): void => replica.awareness?.setLocalState({ typing });
  const heard = (): void => {
    tell();
    // looks again when what was just said has run out
    stopLooking();
    stopLooking = timers.after(TYPING_MS + 100, tell);
  };
  const becomeReady = (): void => {
    followNewest();
    replica.awareness?.on('update', heard);
    announce(false);
    tell();
  };
  const stops = [replica.onReady(becomeReady), replica.onChange(followNewest), replica.onLost(tell)];
  if (replica.isReady) becomeReady();
  return {
    setTyping: (typing) => {
      stopTyping();
      announce(typing);
      if (typing) stopTyping = timers.after(TYPING_MS, () => announce(false));
    },
    close: () => {
      stopTyping();
      stopLooking();
      for (const stop of stops) stop();
      replica.awareness?.off('update', heard);
      // the server takes no word of leaving but the end of the link
      void replica.relink();
      segment?.use.release();
      head.release();
    },
  };
};
