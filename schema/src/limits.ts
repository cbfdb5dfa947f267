/** Every bound on what comes from outside, in one place. Sizes are bytes, times are what the name says. */
export const LIMITS = {
  eventBytes: 64 * 1024,
  /** Characters (UTF-16 units) of a message's text; more than this becomes a file. */
  messageTextLength: 16_384,
  reactionLength: 64,
  notifyTags: 16,
  /** How far a device's clock may run ahead of the server's. */
  clockAheadMs: 2 * 60_000,

  /** Events in one Yjs update; larger queues are flushed in batches. */
  batchEvents: 200,
  updateBytes: 1024 * 1024,
  /** A whole WebSocket frame. */
  frameBytes: 2 * 1024 * 1024,
  statelessBytes: 32 * 1024,
  awarenessBytes: 1024,
  awarenessPerSecond: 5,
  socketBacklogBytes: 8 * 1024 * 1024,
  /** Frames of one document that may wait at the server: an honest device waits for answers long before. */
  framesWaiting: 2_000,
  documentsPerSocket: 2_000,
  attachesInFlight: 50,

  segmentEvents: 1_000,
  /** A segment this old is closed once it holds at least `segmentQuietEvents`. */
  segmentMaxAgeMs: 30 * 24 * 3_600_000,
  segmentQuietEvents: 250,
  /** How long, and for how many more events, a closed segment still takes writers in flight. */
  segmentGraceMs: 10_000,
  segmentGraceEvents: 500,

  /** A notice carries the event itself up to this size, otherwise its number only. */
  noticeEventBytes: 4 * 1024,
  knownEventIds: 1_000,
  arrivalsPage: 1_000,
  /** Events in one request without a document, and the request's size as JSON. */
  broughtEvents: 200,
  broughtBodyBytes: 1_536 * 1024,
  documentTokensPerRequest: 50,
  receiptsPerMessage: 200,
  presenceMembers: 50,

  handleLength: { min: 3, max: 32 },
  nameLength: 64,
  deviceNameLength: 64,
  passwordLength: { min: 12, max: 256 },
  titleBytes: 1_024,
  accountValueBytes: 4 * 1024,
  conversationsPerAccount: 2_000,
  membersPerConversation: 500,
  inviteUses: 1_000,
  inviteSeconds: 90 * 24 * 3_600,
  invitesPerConversation: 50,
  jsonBodyBytes: 64 * 1024,

  accessTokenSeconds: 600,
  documentTokenSeconds: 300,
  /** From a ticket's issue until a socket must have opened with it. */
  ticketSeconds: 60,
  refreshTokenSeconds: 90 * 24 * 3_600,
  /** A lost answer to a refresh may be asked for again this long. */
  refreshGraceMs: 10_000,
  ceremonySeconds: 300,
} as const;
