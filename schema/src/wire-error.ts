/**
 * The one table of errors that cross the wire: HTTP status, what the sender may do about it, and a sentence for the
 * person. Codes are part of the protocol. [API-1]
 *
 *   never    sending the same again can only fail
 *   later    the same may succeed later (`retryAfterMs` when the server knows)
 *   remake   make it anew on the current state (newest segment, epoch, clock, client id), then send
 *   sign-in  a new session is needed first
 */
export type Retry = 'never' | 'later' | 'remake' | 'sign-in';

interface ErrorRow {
  readonly status: 400 | 401 | 403 | 404 | 409 | 410 | 413 | 415 | 429 | 500 | 503;
  readonly retry: Retry;
  readonly sentence: string;
}

export const WIRE_ERRORS = {
  // requests
  'bad-json': row(400, 'never', 'The request is not valid JSON.'),
  'bad-request': row(400, 'never', 'The request does not have the expected form.'),
  'too-large': row(413, 'never', 'That is too large.'),
  'not-json': row(415, 'never', 'The request must be JSON.'),
  'foreign-origin': row(403, 'never', 'Requests from other sites are refused.'),
  'not-found': row(404, 'never', 'There is nothing here, or you may not see it.'),
  'rate-limited': row(429, 'later', 'Slow down: too many requests.'),
  internal: row(500, 'later', 'Something went wrong on the server.'),
  unavailable: row(503, 'later', 'The server cannot do this right now.'),
  // identity
  unauthenticated: row(401, 'sign-in', 'Please sign in again.'),
  'token-invalid': row(401, 'sign-in', 'The token is not valid.'),
  'token-expired': row(401, 'later', 'The token has expired.'),
  'ticket-invalid': row(401, 'never', 'This ticket is not known, or is for something else.'),
  'ticket-used': row(401, 'never', 'This ticket was used already.'),
  'ticket-expired': row(401, 'never', 'This ticket has expired.'),
  'session-ended': row(401, 'sign-in', 'This device was signed out.'),
  'wrong-credentials': row(401, 'never', 'Handle or password is wrong.'),
  'handle-taken': row(409, 'never', 'That name is taken.'),
  'handle-invalid': row(400, 'never', 'A handle has 3 to 32 small letters, digits, dots, dashes or underscores.'),
  'name-invalid': row(400, 'never', 'A name has 1 to 64 visible characters.'),
  'password-weak': row(400, 'never', 'That password is too short or among the most common ones.'),
  'ceremony-invalid': row(400, 'never', 'The passkey could not be verified. Please try again.'),
  'ceremony-expired': row(410, 'never', 'That took too long. Please try again.'),
  'passkey-unknown': row(401, 'never', 'This passkey is not known here.'),
  // conversations
  forbidden: row(403, 'never', 'You may not do this here.'),
  'not-member': row(403, 'never', 'You are not in this conversation.'),
  'conversation-exists': row(409, 'never', 'That conversation exists already.'),
  'epoch-conflict': row(409, 'remake', 'The members changed meanwhile.'),
  'last-owner': row(409, 'never', 'A conversation needs an owner: make somebody else owner first.'),
  'member-limit': row(409, 'never', 'This conversation is full.'),
  'conversation-limit': row(409, 'never', 'You are in too many conversations.'),
  'invite-invalid': row(404, 'never', 'This invitation does not exist or its link is not complete.'),
  'invite-expired': row(410, 'never', 'This invitation has expired.'),
  'invite-used-up': row(410, 'never', 'This invitation was used as often as it may be.'),
  'invite-revoked': row(410, 'never', 'This invitation was withdrawn.'),
  'invite-limit': row(409, 'never', 'There are too many open invitations.'),
  // documents
  'document-unknown': row(404, 'never', 'There is no such document.'),
  'protocol-version': row(400, 'never', 'This app is too old or too new for the server. Reload it.'),
  'read-only': row(403, 'never', 'You may read here, but not write.'),
  'update-malformed': row(400, 'never', 'The update is not well-formed.'),
  'update-too-large': row(413, 'never', 'The update is too large.'),
  'update-forbidden': row(403, 'never', 'The update touches what is not yours.'),
  'update-gap': row(409, 'remake', 'The update does not follow what the server has.'),
  'client-id-unknown': row(409, 'remake', 'The server did not issue this client id.'),
  'client-id-reused': row(409, 'remake', 'This client id was used for something else.'),
  'client-id-limit': row(429, 'later', 'Too many client ids on this document.'),
  'segment-closed': row(409, 'remake', 'This part of the history is closed.'),
  'segment-wrong': row(409, 'remake', 'The event belongs to another part of the history.'),
  'event-malformed': row(400, 'never', 'The message is not well-formed.'),
  'event-too-large': row(413, 'never', 'The message is too large.'),
  'event-version': row(400, 'never', 'The server does not know this kind of message yet.'),
  'event-target': row(400, 'never', 'The message refers to nothing, or to what it may not.'),
  'event-epoch': row(409, 'remake', 'The members changed meanwhile.'),
  'event-exists': row(409, 'remake', 'The server has this message already.'),
  'event-signature': row(403, 'never', 'The signature does not fit the message.'),
  'clock-ahead': row(409, 'remake', "This device's clock is ahead of the server's."),
  'not-stored': row(503, 'later', 'The server cannot store messages right now.'),
} as const satisfies Record<string, ErrorRow>;

export type WireErrorCode = keyof typeof WIRE_ERRORS;

/** What `rate-limited` is about. [LIM-1] */
export const LIMIT_NAMES = [
  'tries',
  'requests',
  'conversations',
  'sockets',
  'documents',
  'attaches',
  'syncs',
  'messages',
  'presence',
  'events',
  'bytes',
] as const;
export type LimitName = (typeof LIMIT_NAMES)[number];

/** Which limit was met, and after how long the same may be done again. */
export interface Limited {
  readonly limit: LimitName;
  readonly retryAfterMs: number;
}

/** The body of every HTTP error: a code, a sentence, and what was wrong where that is known. */
export interface WireError extends Partial<Limited> {
  readonly code: WireErrorCode;
  readonly message: string;
  readonly detail?: string;
}

export const wireError = (code: WireErrorCode, detail?: string): WireError => ({
  code,
  message: WIRE_ERRORS[code].sentence,
  ...(detail === undefined ? {} : { detail }),
});

export const isWireErrorCode = (code: unknown): code is WireErrorCode =>
  typeof code === 'string' && Object.hasOwn(WIRE_ERRORS, code);

/**
 * WebSocket close codes of ours. 4400–4499 are final: clients do not reconnect by themselves. `tryLater` carries a reason
 * of `formatReason`: clients stay away for as long as it says.
 */
export const CLOSE_CODES = {
  goingAway: 1001,
  slowReader: 4205,
  tryLater: 4206,
  protocolVersion: 4400,
  sessionEnded: 4401,
  foreignOrigin: 4403,
} as const;

/** Where a whole socket stands for one document: 4400–4499 or 4500–4599, after the error's HTTP status. */
export const closeCodeOf = (code: WireErrorCode): number => 4_000 + WIRE_ERRORS[code].status;

function row(status: ErrorRow['status'], retry: Retry, sentence: string): ErrorRow {
  return { status, retry, sentence };
}
