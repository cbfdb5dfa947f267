/**
 * What is asked of the server about a conversation comes after what was done to it here: a conversation just made is
 * known to the server only when its command has left the outbox. [RES-5]
 */
import type { ConversationId } from '@kith/schema/ids';
import { EngineError } from '../engine-api.ts';
import type { PageSource, Timers } from '../engine-deps.ts';
import type { LocalStore } from '../storage/local-store.ts';
import type { ServerCalls } from './server-calls.ts';

/** Far beyond what a command takes while there is a connection. */
const WAIT_MS = 10_000;

interface CommandDeps {
  readonly store: Pick<LocalStore, 'outbox' | 'watch'>;
  readonly timers: Timers;
  readonly page: PageSource;
}

/** @throws EngineError `offline` when they are still waiting after `WAIT_MS`, or at once where the page knows that it is */
export const commandsSent = async (deps: CommandDeps, conversation: ConversationId): Promise<void> => {
  const hasCommand = async (): Promise<boolean> =>
    (await deps.store.outbox()).some((entry) => entry.type === 'command' && entry.conversation === conversation);
  if (!(await hasCommand())) return;
  if (!deps.page.current().online) throw notSent();
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const cancel = deps.timers.after(WAIT_MS, () => reject(notSent()));
  const stop = deps.store.watch(hasCommand, (waits) => {
    if (!waits) resolve();
  });
  await promise.finally(() => {
    cancel();
    stop();
  });
};

const notSent = (): EngineError => new EngineError('offline', 'what was done before has not reached the server yet');

/** The same calls; those about a conversation wait for its commands. */
export const afterCommands = (deps: CommandDeps, calls: ServerCalls): ServerCalls => {
  const after =
    <Args extends readonly unknown[], T>(call: (conversation: ConversationId, ...args: Args) => Promise<T>) =>
    async (conversation: ConversationId, ...args: Args): Promise<T> => {
      await commandsSent(deps, conversation);
      return call(conversation, ...args);
    };
  return {
    ...calls,
    createInvite: after(calls.createInvite),
    invites: after(calls.invites),
    revokeInvite: after(calls.revokeInvite),
    changeRole: after(calls.changeRole),
    removeMember: after(calls.removeMember),
  };
};
