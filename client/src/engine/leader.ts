/**
 * What the leading engine runs: an `Online` for as long as there is a session, another one when the session changes,
 * and the calls that need the server. [LDR-1]
 */
import type { WireErrorCode } from '@kith/schema/wire-error';
import { type Engine, EngineError, type SessionInfo } from './engine-api.ts';
import type { EngineDeps } from './engine-deps.ts';
import type { HybridClock } from './hybrid-clock.ts';
import { createOnline, type Online } from './online/online.ts';
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
  let isClosed = false;

  const http = createHttp(deps);
  const access = createAccessToken(deps, http, (code) => void queue.run(() => end(code)));
  const api = createApiClient(http, access);

  const closeOnline = async (): Promise<void> => {
    const closing = online;
    online = null;
    await closing?.close();
  };
  /** The data stays: messages that wait are sent after the next sign-in of the same person. */
  const end = async (code: WireErrorCode): Promise<void> => {
    await closeOnline();
    shared.setStatus({ connection: 'signed-out', ended: code });
  };
  const follow = async (): Promise<void> => {
    const [session, keys] = await Promise.all([store.session(), store.deviceKeys()]);
    if (isClosed || (session !== null && session.device === current?.device && online !== null)) return;
    await closeOnline();
    current = session;
    if (session === null || keys === null) return shared.setStatus({ connection: 'signed-out' });
    shared.setStatus({ connection: deps.page.current().online ? 'connecting' : 'offline', ended: null });
    online = createOnline({
      ...{ ...deps, session, keys, api, access },
      onConnection: (connection) => shared.setStatus({ connection }),
      onStorage: (storage) => shared.setStatus({ storage }),
      onPresence: shared.setPresence,
    });
    online.show(shared.shown());
  };
  const stopSession = store.watch(
    () => store.session(),
    () => void queue.run(follow),
  );
  const stopShown = shared.onShown(() => online?.show(shared.shown()));
  const signIn = afterSignIn(createSignIn(deps, http, access), () => queue.run(follow));
  const signOut = async (): Promise<void> => {
    await queue.run(closeOnline);
    // where the server cannot be reached its session ends by itself, and this device forgets it now
    await api.call({ method: 'DELETE', path: '/api/session', answer: NoAnswer }).catch(() => undefined);
    access.forget();
    await store.wipe();
    await queue.run(follow);
  };

  return {
    online: () => online,
    methods: {
      ...signIn,
      ...onlineMethods(() => online),
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

type OnlineMethods = Omit<
  LeaderEngine,
  | 'signOut'
  | 'previewInvite'
  | 'signUpWithPassword'
  | 'signInWithPassword'
  | 'beginPasskeySignUp'
  | 'beginPasskeySignIn'
  | 'finishPasskey'
>;

const onlineMethods = (online: () => Online | null): OnlineMethods => {
  const calls = (): Online['calls'] => {
    const now = online();
    if (now === null) throw new EngineError('signed-out', 'nobody is signed in on this device');
    return now.calls;
  };
  return {
    devices: async () => calls().devices(),
    endDevice: async (device) => calls().endDevice(device),
    createInvite: async (conversation, terms) => calls().createInvite(conversation, terms),
    invites: async (conversation) => calls().invites(conversation),
    revokeInvite: async (conversation, invite) => calls().revokeInvite(conversation, invite),
    joinByInvite: async (link) => calls().joinByInvite(link),
    changeRole: async (conversation, account, role) => calls().changeRole(conversation, account, role),
    removeMember: async (conversation, account) => calls().removeMember(conversation, account),
    loadOlder: async (conversation) => calls().loadOlder(conversation),
    setTyping: async (conversation, typing) => online()?.setTyping(conversation, typing),
  };
};
