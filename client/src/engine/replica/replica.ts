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
import { type JournalName, journalOf, parseDocName } from '@kith/schema/doc-name';
import type { ClientMessage, ServerMessage } from '@kith/schema/sync-message';
import { WIRE_ERRORS } from '@kith/schema/wire-error';
import { Awareness } from 'y-protocols/awareness';
import type * as Y from 'yjs';
import type { AttachLimit } from '../connection/attach-limit.ts';
import type { Connection } from '../connection/connection.ts';
import { type DocumentLink, openDocumentLink } from '../connection/document-link.ts';
import { EngineError } from '../engine-api.ts';
import type { Timers } from '../engine-deps.ts';
import { createListeners, type Listeners } from '../listeners.ts';
import { createSerialQueue, type SerialQueue } from '../serial-queue.ts';
import type { DocumentTokens } from '../session/document-tokens.ts';
import type { LocalStore } from '../storage/local-store.ts';
import { createReplicaDocument, type ReplicaDocument } from './replica-document.ts';

export interface ReplicaDeps {
  readonly store: LocalStore;
  readonly connection: Connection;
  readonly tokens: DocumentTokens;
  readonly attachLimit: AttachLimit;
  readonly timers: Timers;
}

export interface ReplicaKind {
  /** Kept on the device; others are loaded from the server each time. */
  readonly isKept: boolean;
  readonly hasPresence: boolean;
  /** Whether this device writes to it, under a client id that the server gives out. */
  readonly isWritten: boolean;
  /** Awaited before what is stored is read. */
  readonly beforeOpen?: () => Promise<void>;
}

export type Attached = Extract<ServerMessage, { type: 'attached' }>;

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

const RETRY_MS = 2_000;

/** What changes over a replica's life, and who is told. */
interface ReplicaState {
  readonly name: string;
  readonly journal: JournalName;
  readonly kind: ReplicaKind;
  readonly document: ReplicaDocument;
  readonly queue: SerialQueue;
  readonly ready: Listeners<Attached>;
  readonly messages: Listeners<ServerMessage>;
  readonly lost: Listeners<EngineError>;
  awareness: Awareness | null;
  link: DocumentLink | null;
  isReady: boolean;
  isTainted: boolean;
  isClosed: boolean;
  release: () => void;
  cancelRetry: () => void;
}

export const createReplica = (deps: ReplicaDeps, name: string, kind: ReplicaKind): Replica => {
  const state = createState(deps, name, kind);
  const relink = (): void => void state.queue.run(() => link(deps, state));
  const stopConnection = deps.connection.onChange((isOpen) => {
    if (isOpen) return relink();
    lose(state, new EngineError('offline', 'the connection was lost'));
  });
  void state.queue
    .run(async () => {
      await kind.beforeOpen?.();
      await state.document.open();
    })
    .then(relink);
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
    whenReady: () => whenReady(deps, state, relink),
    renew: () =>
      state.queue.run(async () => {
        if (state.isClosed) return;
        lose(state, new EngineError('offline', 'begun anew'));
        await renew(state);
        await link(deps, state);
      }),
    relink: () =>
      state.queue.run(async () => {
        if (state.link === null) return;
        lose(state, new EngineError('offline', 'linked anew'));
        await link(deps, state);
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

const createState = ({ store }: ReplicaDeps, name: string, kind: ReplicaKind): ReplicaState => {
  const docName = parseDocName(name);
  if (docName === null) throw new Error(`not a document: ${name}`);
  return {
    name,
    kind,
    journal: journalOf(docName),
    document: createReplicaDocument(store, name, kind.isKept),
    queue: createSerialQueue(),
    ready: createListeners(),
    messages: createListeners(),
    lost: createListeners(),
    awareness: null,
    link: null,
    isReady: false,
    isTainted: false,
    isClosed: false,
    release: () => undefined,
    cancelRetry: () => undefined,
  };
};

const unlink = (state: ReplicaState): void => {
  state.cancelRetry();
  state.release();
  state.link?.close();
  state.link = null;
  state.awareness = null;
  state.isReady = false;
};

const lose = (state: ReplicaState, error: EngineError): void => {
  unlink(state);
  state.lost.tell(error);
};

const renew = async (state: ReplicaState): Promise<void> => {
  unlink(state);
  await state.document.renew();
  state.isTainted = false;
};

/** Does nothing when there is a link already, or no connection to make one over. */
const link = async (deps: ReplicaDeps, state: ReplicaState): Promise<void> => {
  if (state.isClosed || state.link !== null || !deps.connection.isOpen) return;
  if (state.isTainted) await renew(state);
  state.release = await deps.attachLimit.turn();
  const error = await tokenError(deps, state.journal);
  if (error !== null) return refuse(deps, state, error);
  if (state.isClosed || !deps.connection.isOpen) return state.release();
  state.awareness = state.kind.hasPresence ? new Awareness(state.document.doc) : null;
  state.link = openDocumentLink({
    socket: deps.connection.socket,
    name: state.name,
    doc: state.document.doc,
    awareness: state.awareness,
    takesClientId: state.kind.isWritten,
    token: () => deps.tokens.token(state.journal),
    handlers: {
      ready: (attached) => {
        state.release();
        state.isReady = true;
        state.ready.tell(attached);
      },
      message: state.messages.tell,
      refused: (code) => {
        if (WIRE_ERRORS[code].status === 401) deps.tokens.drop(state.journal);
        refuse(deps, state, new EngineError(code, WIRE_ERRORS[code].sentence));
      },
    },
  });
};

const tokenError = async ({ tokens }: ReplicaDeps, journal: JournalName): Promise<EngineError | null> => {
  try {
    await tokens.token(journal);
    return null;
  } catch (error) {
    return error instanceof EngineError ? error : new EngineError('internal', String(error));
  }
};

const refuse = (deps: ReplicaDeps, state: ReplicaState, error: EngineError): void => {
  lose(state, error);
  if (isWorthRetrying(error.code) && !state.isClosed) {
    state.cancelRetry = deps.timers.after(RETRY_MS, () => void state.queue.run(() => link(deps, state)));
  }
};

/** Also what is about a token: another one may be taken, and where the session is over everything is closed. */
const isWorthRetrying = (code: EngineError['code']): boolean =>
  code === 'offline' || (code !== 'signed-out' && ['later', 'sign-in'].includes(WIRE_ERRORS[code].retry));

const whenReady = (deps: ReplicaDeps, state: ReplicaState, relink: () => void): Promise<void> => {
  if (state.isReady) return Promise.resolve();
  if (state.isClosed || !deps.connection.isOpen) return Promise.reject(new EngineError('offline', 'not connected'));
  return new Promise((resolve, reject) => {
    const stops = [
      state.ready.add(() => {
        for (const stop of stops) stop();
        resolve();
      }),
      state.lost.add((error) => {
        for (const stop of stops) stop();
        reject(error);
      }),
    ];
    relink();
  });
};
