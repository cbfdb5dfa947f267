/** One device: its socket, its channel, and the newest segment of its conversation; tokens are renewed as they age. */
import { accountDocName, segmentName } from '@kith/schema/doc-name';
import type { ConversationId } from '@kith/schema/ids';
import { documentTokens, renewAccess } from '../product/people.ts';
import { connectWire, syncUrl, type WireClient, type WireListener } from '../sync/wire-client.ts';
import type { Resident } from './town.ts';

export interface Connection {
  readonly client: WireClient;
  readonly resident: Resident;
  /** Opens this segment and leaves the one before. Gives the client id to write under. */
  enter(segment: number): Promise<number>;
  renew(): Promise<void>;
  /** As devices do every few seconds, to know that the way is open; without it the server takes them for gone. */
  beat(): void;
}

/** Access tokens are good for ten minutes. */
const ACCESS_AGE_MS = 5 * 60_000;
const OPENING_MS = 30_000;

export const openConnection = async (
  resident: Resident,
  conversation: ConversationId,
  listener: WireListener,
): Promise<Connection> => {
  const { url } = resident;
  let { person, signedInAt } = resident;
  let segment = 0;
  const channel = accountDocName(person.account, 1);
  const tokens = async (): Promise<string[]> => {
    if (Date.now() - signedInAt > ACCESS_AGE_MS) {
      signedInAt = Date.now();
      person = await renewAccess(url, person, 'default');
    }
    return documentTokens(url, person.accessToken, [`account/${person.account}`, `conversation/${conversation}`]);
  };
  const client = await connectWire(syncUrl(url), true, listener);
  await inTime(tokens().then(([token = '']) => client.open(channel, token)));
  return {
    client,
    resident,
    enter: async (next) => {
      const [, token = ''] = await tokens();
      const clientId = await inTime(client.open(segmentName(conversation, next), token));
      if (segment > 0) client.leave(segmentName(conversation, segment));
      segment = next;
      return clientId;
    },
    beat: () => client.tell(channel, { type: 'heartbeat' }),
    renew: async () => {
      const [own = '', shared = ''] = await tokens();
      client.renew(channel, own);
      client.renew(segmentName(conversation, segment), shared);
    },
  };
};

const inTime = async <T>(opening: Promise<T>): Promise<T> => {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('a document was not opened in time')), OPENING_MS);
  });
  return Promise.race([opening, late]).finally(() => clearTimeout(timer));
};
