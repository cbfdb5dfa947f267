/** What happens when the channel opens, and with each of its messages. [CON-6] [ENG-8] */
import type { ServerMessage } from '@kith/schema/sync-message';
import { createAttachLimit } from '../connection/attach-limit.ts';
import { createReceiptSender } from '../receipts/receipt-sender.ts';
import { takeReceipts } from '../receipts/take-receipts.ts';
import { createSerialQueue } from '../serial-queue.ts';
import { createDocumentTokens } from '../session/document-tokens.ts';
import { openChannel } from './channel.ts';
import { meetServer } from './meet-server.ts';
import type { OnlineDeps, OnlineParts } from './online.ts';
import { createPutOff } from './put-off.ts';
import { takeNotices } from './take-notices.ts';

export interface ChannelLink {
  /** The surroundings changed: is the socket still alive? */
  probe(): void;
  close(): Promise<void>;
}

export const openChannelLink = (deps: OnlineDeps, parts: OnlineParts): ChannelLink => {
  const { store, connection, background } = parts;
  const inOrder = createSerialQueue();
  const take = (message: ServerMessage): void =>
    background(
      'a message',
      inOrder.run(() => takeMessage(deps, parts, message)),
    );
  const meet = (): void => background('meeting the server', meetServer(deps, parts).then(putOff.done));
  const putOff = createPutOff(deps.timers, () => {
    if (channel.isOpen) meet(); // else it is done when the channel opens
  });
  const stopPutOff = parts.onPutOff(putOff.note);
  const channel = openChannel(
    {
      ...{ store, connection, timers: deps.timers, log: deps.log, attachLimit: createAttachLimit() },
      tokens: createDocumentTokens(deps.api, deps.clock),
    },
    deps.session.account,
    {
      opened: ({ serverTimeMs }) => {
        deps.hybridClock.correct(serverTimeMs);
        deps.onStorage('ok');
        deps.onConnection('online');
        receipts.channelOpened();
        putOff.done();
        meet();
      },
      message: take,
      lost: (error) => {
        deps.onConnection(connection.isOpen ? 'connecting' : 'offline');
        if (SESSION_CODES.has(error.code)) background('session', checkSession(deps));
      },
    },
  );
  const receipts = createReceiptSender({
    ...{ store, timers: deps.timers },
    isOpen: () => channel.isOpen,
    send: channel.send,
  });
  const stopStatus = connection.onChange((isOpen) => {
    if (isOpen) deps.onConnection('connecting');
  });
  return {
    probe: channel.probe,
    close: () => {
      stopStatus();
      stopPutOff();
      putOff.close();
      receipts.close();
      return channel.close();
    },
  };
};

const SESSION_CODES: ReadonlySet<string> = new Set(['unauthenticated', 'token-invalid', 'session-ended']);

/** Ends the session here when the server says so. @throws EngineError */
const checkSession = async ({ access }: OnlineDeps): Promise<void> => {
  await access.renewed(await access.token());
};

const takeMessage = async (deps: OnlineDeps, parts: OnlineParts, message: ServerMessage): Promise<void> => {
  const { store, projector, positions, sync, catchUp, background } = parts;
  switch (message.type) {
    case 'notices':
      return takeNotices(
        {
          ...{ store, projector, positions },
          onMissing: (conversation) =>
            background(
              'catching up',
              sync.run().then(() => catchUp.conversation(conversation)),
            ),
        },
        message.notices,
      );
    case 'receipts':
      return takeReceipts(store, deps.session.account, message.receipts);
    case 'conversations-changed':
      return background(
        'conversations',
        sync.run().then(() => catchUp.run()),
      );
    case 'storage':
      deps.onStorage(message.state);
      // what was refused meanwhile need not wait until it would have been tried again
      if (message.state === 'ok') parts.flusher.wake();
      return;
    case 'attached':
    case 'heartbeat':
    case 'stored':
    case 'rejected':
    case 'slow-down':
      return;
  }
};
