/** A device with the real provider over a real socket: attaches documents, takes the issued client id, writes events. */
import { HocuspocusProvider, HocuspocusProviderWebsocket } from '@hocuspocus/provider';
import { accountDocName, journalOf, parseDocName } from '@kith/schema/doc-name';
import { appendEvents } from '@kith/schema/documents/segment';
import type { EventId } from '@kith/schema/ids';
import { parseServerMessage, type ServerMessage } from '@kith/schema/sync-message';
import type { Scope } from '@kith/schema/token-claims';
import { WebSocket } from 'ws';
import * as Y from 'yjs';
import type { MadeEvent } from './events.ts';
import type { Person, TestTokens } from './test-tokens.ts';
import { until } from './until.ts';

type MessageOf<T extends ServerMessage['type']> = Extract<ServerMessage, { type: T }>;

export interface Attached {
  readonly doc: Y.Doc;
  readonly provider: HocuspocusProvider;
  readonly messages: readonly ServerMessage[];
  /** Reasons of refusals and of closings by the server. */
  readonly reasons: readonly string[];
  of<T extends ServerMessage['type']>(type: T): MessageOf<T>[];
  /** Resolves when the server has told the client id and the documents agree. */
  ready(): Promise<Attached>;
  append(...events: readonly MadeEvent[]): void;
  /** Arrivals of events acknowledged so far, by event id. */
  stored(): ReadonlyMap<EventId, number>;
  send(message: object): void;
  detach(): void;
}

export interface AttachOptions {
  readonly token?: string | (() => Promise<string>);
  readonly perm?: 'read' | 'write';
  readonly scope?: Scope;
  readonly seconds?: number;
  /** What the device has of the document from before. */
  readonly doc?: Y.Doc;
}

export interface TestDevice {
  readonly person: Person;
  readonly socket: HocuspocusProviderWebsocket;
  attach(name: string, options?: AttachOptions): Attached;
  /** The device's channel. */
  channel(): Attached;
  close(): void;
}

interface TestDeviceDeps {
  readonly url: string;
  readonly tokens: TestTokens;
  readonly person: Person;
}

/** `ws` tells of a socket that is closed while it connects by an error; the provider has stopped listening by then. */
class ClosableWebSocket extends WebSocket {
  constructor(address: string, protocols?: string | string[]) {
    super(address, protocols);
    this.on('error', () => {});
  }
}

export const createTestDevice = ({ url, tokens, person }: TestDeviceDeps): TestDevice => {
  const socket = new HocuspocusProviderWebsocket({
    url,
    WebSocketPolyfill: ClosableWebSocket,
    autoConnect: false,
    delay: 20,
    minDelay: 10,
    maxDelay: 50,
  });
  const attachedDocuments: Attached[] = [];

  const attach = (name: string, options: AttachOptions = {}): Attached => {
    const doc = options.doc ?? new Y.Doc();
    const messages: ServerMessage[] = [];
    const reasons: string[] = [];
    const parsed = parseDocName(name);
    const token = options.token ?? (() => tokens.document(person, parsed === null ? name : journalOf(parsed), options));
    const provider = new HocuspocusProvider({
      websocketProvider: socket,
      name,
      document: doc,
      token,
      sessionAwareness: true,
      onStateless: ({ payload }) => {
        const message = parseServerMessage(payload);
        if (!message.ok) throw new Error(`unreadable: ${payload}`);
        messages.push(message.value);
        if (message.value.type === 'attached') doc.clientID = message.value.clientId;
      },
      onAuthenticationFailed: ({ reason }) => void reasons.push(reason),
      onClose: ({ event }) => void reasons.push(event.reason),
    });
    provider.attach();
    if (attachedDocuments.length === 0) void socket.connect();
    const of = <T extends ServerMessage['type']>(type: T): MessageOf<T>[] =>
      messages.filter((message): message is MessageOf<T> => message.type === type);
    const attached: Attached = {
      doc,
      provider,
      messages,
      reasons,
      of,
      ready: async () => {
        await until(() => of('attached').length > 0 && provider.isSynced, `${name} to be attached (${reasons})`);
        return attached;
      },
      append: (...events) =>
        appendEvents(
          doc,
          person,
          events.map(({ bytes }) => bytes),
        ),
      stored: () => new Map(of('stored').flatMap(({ events }) => events)),
      send: (message) => provider.sendStateless(JSON.stringify(message)),
      detach: () => provider.destroy(),
    };
    attachedDocuments.push(attached);
    return attached;
  };

  return {
    person,
    socket,
    attach,
    channel: () => attach(accountDocName(person.account, 1)),
    close: () => {
      for (const { provider, doc } of attachedDocuments) {
        provider.destroy();
        doc.destroy();
      }
      socket.destroy();
    },
  };
};
