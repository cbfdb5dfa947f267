/** A client of y-websocket over a real socket, as somebody else would write it. */
import { TicketResponse } from '@kith/schema/api/tickets';
import * as decoding from 'lib0/decoding';
import * as v from 'valibot';
import { WebSocket } from 'ws';
import { messageAuth, WebsocketProvider } from 'y-websocket';
import * as Y from 'yjs';
import type { TestConversation } from './conversation.ts';
import type { TestServer } from './test-server.ts';
import type { Person } from './test-tokens.ts';
import { until } from './until.ts';

export interface ForeignClient {
  readonly person: Person;
  readonly doc: Y.Doc;
  readonly provider: WebsocketProvider;
  /** What the server called forbidden. */
  readonly denials: readonly string[];
  /** Ends after which the client does not come back by itself, as `<code> <reason>`. */
  readonly ends: readonly string[];
  synced(): Promise<ForeignClient>;
  ended(): Promise<string>;
  close(): void;
}

interface ForeignClientOptions {
  /** Undefined: the head. */
  readonly segment?: number;
  /** False keeps the id that Yjs drew. */
  readonly takesClientId?: boolean;
  readonly doc?: Y.Doc;
}

export const askForTicket = async (
  server: TestServer,
  person: Person,
  { path }: Pick<TestConversation, 'path'>,
  segment?: number,
): Promise<TicketResponse> => {
  const body = JSON.stringify(segment === undefined ? {} : { segment });
  const headers = { 'content-type': 'application/json' };
  const response = await server.fetch(person, `${path}/tickets`, { method: 'POST', headers, body });
  if (!response.ok) throw new Error(`no ticket: ${response.status} ${await response.text()}`);
  return v.parse(TicketResponse, await response.json());
};

export const openForeignClient = async (
  server: TestServer,
  person: Person,
  conversation: TestConversation,
  { segment, takesClientId = true, doc = new Y.Doc() }: ForeignClientOptions = {},
): Promise<ForeignClient> => {
  const { document, ticket, clientId } = await askForTicket(server, person, conversation, segment);
  if (takesClientId) doc.clientID = clientId;
  return connectForeignClient(server, person, { document, ticket, doc });
};

export const connectForeignClient = (
  server: TestServer,
  person: Person,
  { document, ticket, doc }: { readonly document: string; readonly ticket: string; readonly doc: Y.Doc },
): ForeignClient => {
  const denials: string[] = [];
  const ends: string[] = [];
  const provider = new WebsocketProvider(`ws://127.0.0.1:${server.port}/yjs`, document, doc, {
    params: { ticket },
    disableBc: true,
    connect: false,
    WebSocketPolyfill: WebSocket as never,
  });
  provider.messageHandlers[messageAuth] = (_encoder, decoder) => {
    decoding.readVarUint(decoder);
    denials.push(decoding.readVarString(decoder));
  };
  provider.on('closed', ({ code, reason }) => void ends.push(`${code} ${reason}`));
  provider.connect();
  const client: ForeignClient = {
    person,
    doc,
    provider,
    denials,
    ends,
    synced: async () => {
      await until(() => provider.synced || ends.length > 0, `${document} to be synced`);
      if (!provider.synced) throw new Error(`${document} ended: ${ends}`);
      return client;
    },
    ended: async () => {
      await until(() => ends.length > 0, `the end of ${document}`);
      return ends[0] ?? '';
    },
    close: () => {
      provider.destroy();
      doc.destroy();
    },
  };
  return client;
};
