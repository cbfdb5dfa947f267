/**
 * The `Engine` of a tab: the same interface, answered by the worker, but for what the tab does itself. What holds beyond one call (listeners, the shown
 * conversation) is told again to a worker that was restarted. [BRW-4]
 */
import * as comlink from 'comlink';
import type { Engine } from '../engine-api.ts';
import type { RemoteWorker } from './worker-life.ts';
import type { WorkerLink } from './worker-link.ts';

/** Arguments and results are plain data. */
const PLAIN = [
  'signUpWithPassword',
  'signInWithPassword',
  'beginPasskeySignUp',
  'beginPasskeySignIn',
  'finishPasskey',
  'signOut',
  'devices',
  'endDevice',
  'createConversation',
  'renameConversation',
  'leaveConversation',
  'createInvite',
  'invites',
  'revokeInvite',
  'previewInvite',
  'joinByInvite',
  'changeRole',
  'removeMember',
  'sendMessage',
  'retryMessage',
  'discardMessage',
  'dismissRefusal',
  'loadOlder',
  'markRead',
  'setTyping',
] as const satisfies readonly (keyof Engine)[];

type PlainMethod = (typeof PLAIN)[number];
type PlainEngine = Pick<Engine, PlainMethod>;
type AnyMethod = (...args: readonly unknown[]) => Promise<unknown>;

export const createRemoteEngine = (link: WorkerLink): Omit<Engine, 'saveDraft'> => {
  const plain = Object.fromEntries(
    PLAIN.map((method) => [
      method,
      (...args: readonly unknown[]) => link.call((worker) => (worker[method] as unknown as AnyMethod)(...args)),
    ]),
  ) as unknown as PlainEngine;
  let stopShowing = (): unknown => undefined;
  return {
    ...plain,
    showConversation: async (conversation) => {
      stopShowing();
      let first = true;
      stopShowing = link.onRunning((worker) => {
        // The call below tells the worker that runs or starts now; this is for those after it.
        if (!first) void worker.showConversation(conversation).catch(() => undefined); // told again at the next start
        first = false;
      });
      await link.call((worker) => worker.showConversation(conversation));
    },
    onStatus: (listener) => subscribe(link, (worker) => worker.onStatus(comlink.proxy(listener))),
    onPresence: (conversation, listener) =>
      subscribe(link, (worker) => worker.onPresence(conversation, comlink.proxy(listener))),
    close: async () => {
      await link.call((worker) => worker.close());
      link.close();
    },
  };
};

type RemoteUnsubscribe = () => unknown;

/** Resolves at once: the listener is called when there is a worker, and again by each later one. */
const subscribe = async (
  link: WorkerLink,
  begin: (worker: RemoteWorker) => Promise<RemoteUnsubscribe>,
): Promise<() => void> => {
  let ended = false;
  let current: RemoteUnsubscribe | null = null;
  const stop = link.onRunning((worker) => {
    current = null;
    begin(worker).then(
      (end) => {
        if (ended) end();
        else current = end;
      },
      () => undefined, // the worker died meanwhile: the next one is asked again
    );
  });
  return () => {
    ended = true;
    stop();
    current?.();
  };
};
