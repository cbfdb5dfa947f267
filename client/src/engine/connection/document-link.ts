/**
 * One document over one opening of the socket: from its token to its end. The only file that knows Hocuspocus'
 * provider. [CON-4]
 *
 *   opened ── `attached`, then all the server has ──▶ ready ──▶ lost (the socket) or refused (this document)
 */
import { HocuspocusProvider } from '@hocuspocus/provider';
import { parseReason } from '@kith/schema/refusal-reason';
import { type ClientMessage, parseServerMessage, type ServerMessage } from '@kith/schema/sync-message';
import type { WireErrorCode } from '@kith/schema/wire-error';
import type { Awareness } from 'y-protocols/awareness';
import type * as Y from 'yjs';
import type { SyncSocket } from './sync-socket.ts';

export type Attached = Extract<ServerMessage, { type: 'attached' }>;

export interface LinkHandlers {
  /** The first word about the document, before anything of it. */
  attached(attached: Attached): void;
  /** The document has everything the server had, and may be written under the client id of `attached`. */
  ready(attached: Attached): void;
  message(message: ServerMessage): void;
  /** Refused or closed by the server; the link is over. With a time when another may be made after it. */
  refused(code: WireErrorCode, retryAfterMs: number | null): void;
}

export interface DocumentLink {
  send(message: ClientMessage): void;
  /** Asks for a new token and shows it to the server. */
  renewToken(): void;
  /** Idempotent; no handler is called afterwards. */
  close(): void;
}

export interface LinkOptions {
  readonly socket: SyncSocket;
  readonly name: string;
  readonly doc: Y.Doc;
  readonly token: () => Promise<string>;
  readonly awareness: Awareness | null;
  /** Heads are never written to by clients and keep the id that their presence goes by. */
  readonly takesClientId: boolean;
  readonly handlers: LinkHandlers;
}

export const openDocumentLink = (options: LinkOptions): DocumentLink => {
  const { socket, name, doc, token, awareness, handlers } = options;
  let attached: Attached | null = null;
  let isSynced = false;
  let isClosed = false;

  const becomeReady = (): void => {
    if (attached !== null && isSynced && !isClosed) handlers.ready(attached);
  };
  const take = (text: string): void => {
    const message = parseServerMessage(text);
    if (isClosed || !message.ok) return; // of a newer server: what this version cannot read it can do without
    if (message.value.type === 'attached') {
      attached = message.value;
      if (options.takesClientId) doc.clientID = attached.clientId;
      handlers.attached(attached);
      becomeReady();
    } else handlers.message(message.value);
  };
  const refuse = (reason: string): void => {
    if (isClosed) return;
    close();
    const { code, limited } = parseReason(reason) ?? { code: 'unavailable', limited: null };
    handlers.refused(code, limited?.retryAfterMs ?? null);
  };
  const close = (): void => {
    if (isClosed) return;
    isClosed = true;
    provider.destroy();
  };

  const provider = new HocuspocusProvider({
    name,
    document: doc,
    websocketProvider: socket,
    sessionAwareness: true,
    awareness,
    token,
    onStateless: ({ payload }) => take(payload),
    onSynced: () => {
      isSynced = true;
      becomeReady();
    },
    // also told when the socket closes: then the link is lost, which its owner hears from the connection
    onClose: ({ event }) => {
      if (socket.status === 'connected') refuse(event.reason);
    },
    onAuthenticationFailed: ({ reason }) => refuse(reason),
  });
  provider.attach();
  return {
    send: (message) => provider.sendStateless(JSON.stringify(message)),
    renewToken: () => void provider.sendToken(),
    close,
  };
};
