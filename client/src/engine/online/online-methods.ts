/** The calls that need a session, whichever `Online` there is when they are made. [RES-4] */
import type { Engine } from '../engine-api.ts';
import type { Online } from './online.ts';
import type { ServerCalls } from './server-calls.ts';

type OnlineMethods = ServerCalls & Pick<Engine, 'loadOlder' | 'setTyping'>;

/** `settled` waits until it is known who is signed in here. @throws EngineError when nobody is */
export const createOnlineMethods = (deps: {
  readonly settled: () => Promise<Online>;
  readonly online: () => Online | null;
}): OnlineMethods => {
  const calls = async (): Promise<Online['calls']> => (await deps.settled()).calls;
  return {
    devices: async () => (await calls()).devices(),
    endDevice: async (device) => (await calls()).endDevice(device),
    createInvite: async (conversation, terms) => (await calls()).createInvite(conversation, terms),
    invites: async (conversation) => (await calls()).invites(conversation),
    revokeInvite: async (conversation, invite) => (await calls()).revokeInvite(conversation, invite),
    joinByInvite: async (link) => (await calls()).joinByInvite(link),
    changeRole: async (conversation, account, role) => (await calls()).changeRole(conversation, account, role),
    removeMember: async (conversation, account) => (await calls()).removeMember(conversation, account),
    loadOlder: async (conversation) => (await calls()).loadOlder(conversation),
    setTyping: async (conversation, typing) => deps.online()?.setTyping(conversation, typing),
  };
};
