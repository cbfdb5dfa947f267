/**
 * What the leading engine runs: an `Online` for as long as there is a session, another one when the session changes,
 * and the calls that need the server. [LDR-1]
 */
import type { WireErrorCode } from '@kith/schema/wire-error';
import { type Engine, EngineError, type SessionInfo } from './engine-api.ts';
import type { EngineDeps } from './engine-deps.ts';
import type { HybridClock } from './hybrid-clock.ts';
import { createOnline, type Online } from './online/online.ts';
import { createOnlineMethods } from './online/online-methods.ts';
import { previewInvite } from './online/server-calls.ts';
import { createSerialQueue } from './serial-queue.ts';
import { createAccessToken } from './session/access-token.ts';
import { createApiClient, NoAnswer } from './session/api-client.ts';
import { createHttp } from './session/http.ts';
import { createSignIn, type SignIn } from './session/sign-in.ts';
import type { StoredSession } from './storage/local-store.ts';
import type { SharedState } from './tabs/shared-state.ts';

/** Everything of `Engine` that needs the server, by name: tabs call these across their channel. */
export const LEADER_METHODS = [
  'signUpWithPassword',
  'signInWithPassword',
  'beginPasskeySignUp',
  'beginPasskeySignIn',
  'finishPasskey',
  'signOut',
  'devices',
  'endDevice',
  'createInvite',
  'invites',
  'revokeInvite',
  'previewInvite',
  'joinByInvite',
  'changeRole',
  'removeMember',
  'loadOlder',
  'setTyping',
] as const satisfies readonly (keyof Engine)[];

export type LeaderEngine = Pick<Engine, (typeof LEADER_METHODS)[number]>;

export interface Leader {
  readonly methods: LeaderEngine;
  /** Null while nobody is signed in. */
  online(): Online | null;
  /** Ends every connection; the session stays. */
  close(): Promise<void>;
}

export const createLeader = (
  deps: EngineDeps & { readonly hybridClock: HybridClock; readonly shared: SharedState },
): Leader => {
  const { store, shared } = deps;
  const queue = createSerialQueue();
  let online: Online | null = null;
  let current: StoredSession | null = null;
  let isEnded = false;
  let isClosed = false;

  const http = createHttp(deps);
  const soon = (work: () => Promise<void>): void => void queue.run(work).catch(failed(deps));
  const access = createAccessToken(deps, http, (code) => soon(() => end(code)));
  const api = createApiClient(http, access);

  const closeOnline = async (): Promise<void> => {
    const closing = online;
    online = null;
    await closing?.close();
  };
  /** The data stays: messages that wait are sent after the next sign-in of the same person. */
  const end = async (code: WireErrorCode): Promise<void> => {
    isEnded = true;
    await closeOnline();
    shared.setStatus({ connection: 'signed-out', ended: code });
  };
  const follow = async (isSignedIn = false): Promise<void> => {
    const [session, keys] = await Promise.all([store.session(), store.deviceKeys()]);
    const isKnown = session !== null && session.device === current?.device;
    if (isClosed || (isKnown && (online !== null || (isEnded && !isSignedIn)))) return;
    await closeOnline();
    current = session;
    isEnded = false;
    if (session === null || keys === null) return shared.setStatus({ connection: 'signed-out', ended: null });
    shared.setStatus({ connection: deps.page.current().online ? 'connecting' : 'offline', ended: null });
    online = createOnline({
      ...{ ...deps, session, keys, api, access },
      onConnection: (connection) => shared.setStatus({ connection }),
      ...{ onStorage: (storage) => shared.setStatus({ storage }), onPresence: shared.setPresence },
      onSlowed: (slowed) => shared.setStatus({ slowed }),
    });
    online.show(shared.shown());
  };
  /** After the stored session was read: who asks at once after the start, or after signing in, waits for that. */
  const settled = async (): Promise<Online> => {
    if (online === null && !isEnded) await queue.run(() => follow());
    if (online !== null) return online;
    throw isClosed ? new EngineError('offline', 'closed') : new EngineError('signed-out', 'nobody is signed in here');
  };
  const stopSession = store.watch(store.session, () => soon(follow));
  const stopShown = shared.onShown(() => online?.show(shared.shown()));
  const signIn = afterSignIn(createSignIn(deps, http, access), () => queue.run(() => follow(true)));
  const signOut = async (): Promise<void> => {
    await queue.run(closeOnline);
    // where the server cannot be reached its session ends by itself, and this device forgets it now
    await api.call({ method: 'DELETE', path: '/api/session', answer: NoAnswer }).catch(() => undefined);
    access.forget();
    await store.wipe();
    access.forget();
    await queue.run(() => follow());
  };

  return {
    online: () => online,
    methods: {
      ...signIn,
      ...createOnlineMethods({ settled, online: () => online }),
      signOut,
      previewInvite: (link) => previewInvite(http, link),
    },
    close: async () => {
      isClosed = true;
      stopSession();
      stopShown();
      await queue.run(closeOnline);
    },
  };
};

/** Nobody waits for it; the next change of the session, or the next call, tries again. */
const failed =
  ({ log }: Pick<EngineDeps, 'log'>) =>
  (error: unknown): void =>
    log('error', 'the session could not be followed', { error: String(error) });

/** Whoever waits for a session may use it when it is there. */
const afterSignIn = (entry: SignIn, follow: () => Promise<void>): SignIn => {
  const then = async (session: Promise<SessionInfo>): Promise<SessionInfo> => {
    const info = await session;
    await follow();
    return info;
  };
  return {
    ...entry,
    signUpWithPassword: (person) => then(entry.signUpWithPassword(person)),
    signInWithPassword: (person) => then(entry.signInWithPassword(person)),
    finishPasskey: (flow, answer) => then(entry.finishPasskey(flow, answer)),
  };
};
