/**
 * One document on this device: what is stored of it, and its link to the server while there is a connection. [REP-1]
 *
 *   closed ── open ──▶ offline ── connection ──▶ linking ──▶ ready
 *                        ▲            ▲  refused: `later` again after a while, else when somebody waits for it
 *                        └── lost ────┘
 *
 * `renew` throws the copy away and begins with an empty document: the way back after a refusal, and after a connection
 * broke while own events were under way, because only the server knows which of them it took. [REP-2]
 */
import type { ClientMessage, ServerMessage } from '@kith/schema/sync-message';
import type { Awareness } from 'y-protocols/awareness';
import type * as Y from 'yjs';
import type { AttachLimit } from '../connection/attach-limit.ts';
import type { Connection } from '../connection/connection.ts';
import type { Attached } from '../connection/document-link.ts';
import { EngineError } from '../engine-api.ts';
import type { EngineLog, Timers } from '../engine-deps.ts';
import type { DocumentTokens } from '../session/document-tokens.ts';
import type { LocalStore } from '../storage/local-store.ts';
import { attempt, createReplicaState, lose, open, relink, renew, whenReady } from './replica-link.ts';

export interface ReplicaDeps {
  readonly store: LocalStore;
  readonly connection: Connection;
  readonly tokens: DocumentTokens;
  readonly attachLimit: AttachLimit;
  readonly timers: Timers;
  readonly log: EngineLog;
}

export interface ReplicaKind {
  /** Kept on the device; others are loaded from the server each time. */
  readonly isKept: boolean;
  readonly hasPresence: boolean;
  /** Whether this device writes to it, under a client id that the server gives out. */
  readonly isWritten: boolean;
  /** Awaited before what is stored is read. */
  readonly beforeOpen?: () => Promise<void>;
  /** Of the journal from which what is stored came; null when that is not known. */
  readonly incarnation?: () => Promise<number | null>;
}

export interface Replica {
  readonly name: string;
  /** Another one after each `renew`. */
  readonly doc: Y.Doc;
  /** Another one after each `onReady`; null while it is not linked. */
  readonly awareness: Awareness | null;
  readonly isReady: boolean;
  /** Own events were put in and are not yet acknowledged: without a link nobody knows what became of them. */
  isTainted: boolean;
  /** Ready now or later. @throws EngineError: refused, `offline` when there is no connection, or closed meanwhile */
  whenReady(): Promise<void>;
  renew(): Promise<void>;
  /** Begins a new link on the same copy: on the server nothing is left of the old one's presence. */
  relink(): Promise<void>;
  onReady(listener: (attached: Attached) => void): () => void;
  onMessage(listener: (message: ServerMessage) => void): () => void;
  onLost(listener: (error: EngineError) => void): () => void;
  /** The document changed, or is another one. */
  onChange(listener: () => void): () => void;
  send(message: ClientMessage): void;
  renewTokenIfStale(): void;
  close(): Promise<void>;
}

export const createReplica = (deps: ReplicaDeps, name: string, kind: ReplicaKind): Replica => {
  const state = createReplicaState(deps, name, kind);
  const stopConnection = deps.connection.onChange((isOpen) => {
    if (isOpen) void relink(deps, state);
    else lose(state, new EngineError('offline', 'the connection was lost'));
  });
  void attempt(deps, state, open);
  return {
    name,
    get doc() {
      return state.document.doc;
    },
    get awareness() {
      return state.awareness;
    },
    get isReady() {
      return state.isReady;
    },
    get isTainted() {
      return state.isTainted;
    },
    set isTainted(value) {
      state.isTainted = value;
    },
    whenReady: () => whenReady(deps, state),
    renew: () =>
      attempt(deps, state, async () => {
        lose(state, new EngineError('offline', 'begun anew'));
        await renew(state);
      }),
    relink: () =>
      attempt(deps, state, async () => {
        if (state.link !== null) lose(state, new EngineError('offline', 'linked anew'));
      }),
    onReady: state.ready.add,
    onMessage: state.messages.add,
    onLost: state.lost.add,
    onChange: state.document.onChange,
    send: (message) => state.link?.send(message),
    renewTokenIfStale: () => {
      if (state.isReady && deps.tokens.isStale(state.journal)) state.link?.renewToken();
    },
    close: () => {
      state.isClosed = true;
      stopConnection();
      lose(state, new EngineError('offline', 'closed'));
      return state.queue.run(state.document.close);
    },
  };
};
