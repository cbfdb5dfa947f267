/**
 * Identities. Every id is 16 random bytes, written as 22 characters of unpadded base64url wherever text is needed
 * (document names, JSON, tables). Exactly one text stands for one id: `parse*` refuses the others. [ID-1]
 */
import * as v from 'valibot';
import { bytesToBase64Url, parseBase64Url } from './base64url.ts';

export const ID_BYTES = 16;
const ID_TEXT = /^[A-Za-z0-9_-]{21}[AQgw]$/;

type Id<Name extends string> = string & { readonly __id: Name };

export type AccountId = Id<'account'>;
export type DeviceId = Id<'device'>;
export type SessionId = Id<'session'>;
export type ConversationId = Id<'conversation'>;
export type EventId = Id<'event'>;
export type InviteId = Id<'invite'>;
export type CeremonyId = Id<'ceremony'>;
type AnyId = AccountId | DeviceId | SessionId | ConversationId | EventId | InviteId | CeremonyId;

export const isId = (text: unknown): text is string => typeof text === 'string' && ID_TEXT.test(text);

const idSchema = <T extends AnyId>(name: string) =>
  v.pipe(
    v.string(),
    v.regex(ID_TEXT, `${name}: 22 characters of base64url`),
    v.transform((text) => text as T),
  );

export const AccountIdSchema = idSchema<AccountId>('account');
export const DeviceIdSchema = idSchema<DeviceId>('device');
export const SessionIdSchema = idSchema<SessionId>('session');
export const ConversationIdSchema = idSchema<ConversationId>('conversation');
export const EventIdSchema = idSchema<EventId>('event');
export const InviteIdSchema = idSchema<InviteId>('invite');
export const CeremonyIdSchema = idSchema<CeremonyId>('ceremony');

/** `random` fills and returns the array it is given, as `crypto.getRandomValues` does. */
export type Random = (bytes: Uint8Array<ArrayBuffer>) => Uint8Array<ArrayBuffer>;

export const createId = <T extends AnyId>(random: Random): T => bytesToId<T>(random(new Uint8Array(ID_BYTES)));

/** @throws RangeError when the bytes are not 16: callers check lengths at the edge. */
export const bytesToId = <T extends AnyId>(bytes: Uint8Array): T => {
  if (bytes.length !== ID_BYTES) throw new RangeError(`an id has ${ID_BYTES} bytes, not ${bytes.length}`);
  return bytesToBase64Url(bytes) as T;
};

export const idToBytes = (id: AnyId): Uint8Array => {
  const bytes = parseBase64Url(id);
  if (bytes === null) throw new TypeError('not an id'); // only by a cast: whatever is typed as an id was parsed
  return bytes;
};
