/** The device's own channel: its account's document, over which heartbeats, notices and receipts go. [CON-6] */
import { accountDocName } from '@kith/schema/doc-name';
import type { AccountId } from '@kith/schema/ids';
import type { ClientMessage, ServerMessage } from '@kith/schema/sync-message';
import type { Attached } from '../connection/document-link.ts';
import type { EngineError } from '../engine-api.ts';
import { createReplica, type ReplicaDeps } from '../replica/replica.ts';

export interface Channel {
  readonly isOpen: boolean;
  send(message: ClientMessage): void;
  /** Something may be wrong with the socket: it must answer soon, or is opened anew. */
  probe(): void;
  close(): Promise<void>;
}

const GENERATION = 1;
const HEARTBEAT_MS = 12_000;
const ANSWER_MS = 5_000;
const TOKEN_CARE_MS = 20_000;

export const openChannel = (
  deps: ReplicaDeps,
  account: AccountId,
  handlers: {
    readonly opened: (attached: Attached) => void;
    readonly message: (message: ServerMessage) => void;
    readonly lost: (error: EngineError) => void;
  },
): Channel => {
  const kind = { isKept: false, hasPresence: false, isWritten: true };
  const replica = createReplica(deps, accountDocName(account, GENERATION), kind);
  let cancelProbe = (): void => undefined;
  replica.onReady(handlers.opened);
  replica.onLost(handlers.lost);
  replica.onMessage((message) => {
    cancelProbe();
    if (message.type !== 'heartbeat') handlers.message(message);
  });
  const beat = (): void => {
    if (replica.isReady) replica.send({ type: 'heartbeat' });
  };
  const stops = [
    deps.timers.every(HEARTBEAT_MS, beat),
    deps.timers.every(TOKEN_CARE_MS, () => replica.renewTokenIfStale()),
  ];
  return {
    get isOpen() {
      return replica.isReady;
    },
    send: replica.send,
    probe: () => {
      beat();
      cancelProbe();
      cancelProbe = deps.timers.after(ANSWER_MS, () => deps.connection.reopen());
    },
    close: () => {
      cancelProbe();
      for (const stop of stops) stop();
      return replica.close();
    },
  };
};
