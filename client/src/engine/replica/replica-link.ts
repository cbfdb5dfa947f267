/**
 * How a replica gets its link to the server and loses it: the transitions of the machine drawn in `replica.ts`. Those
 * that wait for something run in the replica's queue, and a failure of any becomes a refusal that is tried again. [REP-1]
 */
import { type JournalName, journalOf, parseDocName } from '@kith/schema/doc-name';
import type { ServerMessage } from '@kith/schema/sync-message';
import { WIRE_ERRORS } from '@kith/schema/wire-error';
import { Awareness } from 'y-protocols/awareness';
import { type Attached, type DocumentLink, openDocumentLink } from '../connection/document-link.ts';
import { EngineError } from '../engine-api.ts';
import { createListeners, type Listeners } from '../listeners.ts';
import { createSerialQueue, type SerialQueue } from '../serial-queue.ts';
import type { ReplicaDeps, ReplicaKind } from './replica.ts';
import { createReplicaDocument, type ReplicaDocument } from './replica-document.ts';

/** What changes over a replica's life, and who is told. */
export interface ReplicaState {
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
  /** Of the journal from which the copy came; null while it is empty or that is not known. */
  incarnation: number | null;
  /** Gives back the turn of opening. */
  release: () => void;
  cancelRetry: () => void;
  cancelDeadline: () => void;
}

const RETRY_MS = 2_000;
/** The first message on a document is small, however large the document is. */
const ATTACH_MS = 15_000;

export const createReplicaState = ({ store, log }: ReplicaDeps, name: string, kind: ReplicaKind): ReplicaState => {
  const docName = parseDocName(name);
  if (docName === null) throw new Error(`not a document: ${name}`);
  const failed = (error: unknown): void => log('error', 'a replica is not kept', { name, error: String(error) });
  return {
    name,
    kind,
    journal: journalOf(docName),
    document: createReplicaDocument({ store, name, isKept: kind.isKept, failed }),
    queue: createSerialQueue(),
    ready: createListeners(),
    messages: createListeners(),
    lost: createListeners(),
    awareness: null,
    link: null,
    isReady: false,
    isTainted: false,
    isClosed: false,
    incarnation: null,
    release: NOTHING,
    cancelRetry: NOTHING,
    cancelDeadline: NOTHING,
  };
};

const NOTHING = (): void => undefined;

/** Reads what is stored; without it where it cannot be told whether it may be read. */
export const open = async (state: ReplicaState): Promise<void> => {
  try {
    await state.kind.beforeOpen?.();
    state.incarnation = (await state.kind.incarnation?.()) ?? null;
  } catch (error) {
    await state.document.renew();
    throw error;
  }
  await state.document.open();
};

/** Makes a link where there is none and there is a connection. Never rejects. */
export const relink = (deps: ReplicaDeps, state: ReplicaState): Promise<void> => attempt(deps, state, noChange);

/** The same after `change`, which may take the link and the copy away. Never rejects. */
export const attempt = async (
  deps: ReplicaDeps,
  state: ReplicaState,
  change: (state: ReplicaState) => Promise<void>,
): Promise<void> => {
  try {
    await state.queue.run(async () => {
      if (state.isClosed) return;
      await change(state);
      await link(deps, state);
    });
  } catch (error) {
    refuse(deps, state, asEngineError(error));
  }
};

const noChange = async (): Promise<void> => undefined;

const asEngineError = (error: unknown): EngineError =>
  error instanceof EngineError ? error : new EngineError('internal', String(error));

export const lose = (state: ReplicaState, error: EngineError): void => {
  unlink(state);
  state.lost.tell(error);
};

export const renew = async (state: ReplicaState): Promise<void> => {
  unlink(state);
  await state.document.renew();
  state.isTainted = false;
};

const unlink = (state: ReplicaState): void => {
  state.cancelRetry();
  state.cancelDeadline();
  state.release();
  state.link?.close();
  state.link = null;
  state.awareness = null;
  state.isReady = false;
};

/** Does nothing when there is a link already, or no connection to make one over. */
const link = async (deps: ReplicaDeps, state: ReplicaState): Promise<void> => {
  if (state.isClosed || state.link !== null || !deps.connection.isOpen) return;
  if (state.isTainted) await renew(state);
  state.release = await deps.attachLimit.turn();
  try {
    await deps.tokens.token(state.journal);
  } catch (error) {
    return refuse(deps, state, asEngineError(error));
  }
  if (state.isClosed || !deps.connection.isOpen) return state.release();
  state.awareness = state.kind.hasPresence ? new Awareness(state.document.doc) : null;
  state.cancelDeadline = deps.timers.after(ATTACH_MS, () =>
    refuse(deps, state, new EngineError('unavailable', 'the server said nothing about the document')),
  );
  state.link = openDocumentLink({
    socket: deps.connection.socket,
    name: state.name,
    doc: state.document.doc,
    awareness: state.awareness,
    takesClientId: state.kind.isWritten,
    token: () => deps.tokens.token(state.journal),
    handlers: {
      attached: (attached) => takeAttached(deps, state, attached),
      ready: (attached) => {
        state.release();
        state.isReady = true;
        state.ready.tell(attached);
      },
      message: state.messages.tell,
      refused: (code, retryAfterMs) => {
        if (WIRE_ERRORS[code].status === 401) deps.tokens.drop(state.journal);
        refuse(deps, state, new EngineError(code, WIRE_ERRORS[code].sentence, retryAfterMs));
      },
    },
  });
};

/** A copy of what the journal was before the server lost a part of it would bring back what nobody can build on. [REP-5] */
const takeAttached = (deps: ReplicaDeps, state: ReplicaState, { incarnation }: Attached): void => {
  state.cancelDeadline();
  const isOfAnother = state.incarnation !== null && state.incarnation !== incarnation;
  state.incarnation = incarnation;
  if (isOfAnother) void attempt(deps, state, renew);
};

const refuse = (deps: ReplicaDeps, state: ReplicaState, error: EngineError): void => {
  lose(state, error);
  if (isWorthRetrying(error.code) && !state.isClosed) {
    state.cancelRetry = deps.timers.after(error.retryAfterMs ?? RETRY_MS, () => void relink(deps, state));
  }
};

/** Also what is about a token: another one may be taken, and where the session is over everything is closed. */
const isWorthRetrying = (code: EngineError['code']): boolean =>
  code === 'offline' || (code !== 'signed-out' && ['later', 'sign-in'].includes(WIRE_ERRORS[code].retry));

export const whenReady = (deps: ReplicaDeps, state: ReplicaState): Promise<void> => {
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
    void relink(deps, state);
  });
};
