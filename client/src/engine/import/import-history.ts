/**
 * Brings a history from elsewhere into a conversation, through the same documents, guard and journal as every message.
 * Killed and started again it goes on: what is in the profile is passed over, what the server has beyond it is asked
 * for. [IMP-1] [IMP-5]
 */
import type { ConversationId } from '@kith/schema/ids';
import { LIMITS } from '@kith/schema/limits';
import type { EngineWithLeader } from '../create-engine.ts';
import { EngineError } from '../engine-api.ts';
import type { Timers } from '../engine-deps.ts';
import { refreshHead } from '../history/load-segments.ts';
import { enqueueConversation } from '../local-writes.ts';
import type { Online, OnlineParts } from '../online/online.ts';
import type { LocalStore } from '../storage/local-store.ts';
import { importChunk } from './import-chunk.ts';
import {
  createImportedEvents,
  type ImportedEvent,
  type ImportLine,
  importedConversationId,
} from './imported-events.ts';

export interface ImportDeps {
  readonly engine: EngineWithLeader;
  readonly store: LocalStore;
  readonly clock: { now(): number };
  readonly timers: Timers;
}

export interface ImportRequest {
  /** Names the source for good: the hash of the file's bytes. */
  readonly source: string;
  readonly title: string;
  readonly lines: AsyncIterable<ImportLine>;
  /** Lines that are in, as far as they are in without gaps before them. */
  readonly onProgress: (lines: number) => void;
  /** Stops between two parts; what is in stays in. */
  readonly signal?: AbortSignal;
}

/** Parts in flight at once: one is signed while another is stored. */
const IN_FLIGHT = 3;
const ATTEMPTS = 60;
const RETRY_MS = 1_000;

/** Signed in, and preferably with tokens for bulk. @throws EngineError when it cannot go on */
export const importHistory = async (deps: ImportDeps, request: ImportRequest): Promise<ConversationId> => {
  const session = await deps.store.session();
  if (session === null) throw new EngineError('signed-out', 'nobody is signed in on this profile');
  const conversation = importedConversationId(session.account, request.source);
  await enqueueConversation(deps, conversation, { kind: 'group', title: request.title });
  await joined(deps, conversation);
  const isResumed = (await deps.store.messageCount(conversation)) > 0 || (await hasImports(deps, conversation));
  await importAll(deps, request, { conversation, isResumed });
  const online = await onlineOf(deps);
  await refreshHead(online.parts, conversation);
  await online.parts.catchUp.conversation(conversation);
  await deps.store.updateConversation(conversation, (row) => ({ ...row, readArrival: row.position }));
  return conversation;
};

const importAll = async (
  deps: ImportDeps,
  { source, lines, onProgress, signal }: ImportRequest,
  { conversation, isResumed }: { readonly conversation: ConversationId; readonly isResumed: boolean },
): Promise<void> => {
  const toEvents = createImportedEvents(conversation, source, deps.clock.now());
  const running = new Set<Promise<void>>();
  const failures: unknown[] = [];
  let done = 0;
  const start = (chunk: readonly ImportedEvent[]): void => {
    const run = importSurely(deps, conversation, chunk, isResumed).then(
      () => {
        done = Math.max(done, chunk.at(-1)?.line ?? 0);
        onProgress(done);
      },
      (error: unknown) => void failures.push(error),
    );
    const settled = run.finally(() => running.delete(settled));
    running.add(settled);
  };
  const chunk: ImportedEvent[] = [];
  for await (const line of lines) {
    if (failures.length > 0 || signal?.aborted) break;
    chunk.push(...toEvents(line));
    if (chunk.length < LIMITS.segmentEvents) continue;
    start(chunk.splice(0, LIMITS.segmentEvents));
    while (running.size >= IN_FLIGHT) await Promise.race(running);
  }
  if (failures.length === 0 && !signal?.aborted) while (chunk.length > 0) start(chunk.splice(0, LIMITS.segmentEvents));
  await Promise.all(running);
  if (failures.length > 0) throw failures[0];
};

/** Again after each failure that may pass, for about a minute. */
const importSurely = async (
  deps: ImportDeps,
  conversation: ConversationId,
  chunk: readonly ImportedEvent[],
  isResumed: boolean,
): Promise<void> => {
  for (let attempt = 1; ; attempt++) {
    try {
      const { parts } = await onlineOf(deps);
      const row = await deps.store.conversation(conversation);
      return await importChunk(parts, { conversation, epoch: row?.epoch ?? 1 }, chunk, isResumed || attempt > 1);
    } catch (error) {
      if (!(error instanceof EngineError) || attempt === ATTEMPTS || FINAL.has(error.code)) throw error;
      await pause(deps.timers);
    }
  }
};

const FINAL: ReadonlySet<string> = new Set(['not-member', 'read-only', 'forbidden', 'signed-out', 'session-ended']);

const pause = (timers: Timers): Promise<void> =>
  new Promise((resolve) => {
    timers.after(RETRY_MS, resolve);
  });

/** Segments of an import that this profile may not know of: it was made, or began, on an earlier run. */
const hasImports = async (deps: ImportDeps, conversation: ConversationId): Promise<boolean> => {
  const { parts } = await onlineOf(deps);
  await refreshHead(parts, conversation);
  const row = await deps.store.conversation(conversation);
  return row?.segments.some(({ importer }) => importer !== undefined) ?? false;
};

/** @throws EngineError `offline` when there is no connection within half a minute */
const onlineOf = async ({ engine, timers }: ImportDeps): Promise<Online & { readonly parts: OnlineParts }> => {
  for (let attempt = 1; attempt <= 30; attempt++) {
    const online = engine.leader()?.online() ?? null;
    if (online?.parts.connection.isOpen) return online;
    await pause(timers);
  }
  throw new EngineError('offline', 'the server cannot be reached');
};

/** Resolves when the server has the conversation. @throws EngineError when it does not take it */
const joined = ({ store }: ImportDeps, conversation: ConversationId): Promise<void> =>
  new Promise((resolve, reject) => {
    const stop = store.watch(
      () => store.conversation(conversation),
      (row) => {
        if (row?.state === 'local') return;
        queueMicrotask(() => stop());
        if (row?.state === 'joined') resolve();
        else reject(new EngineError('forbidden', 'the server did not take the conversation'));
      },
    );
  });
