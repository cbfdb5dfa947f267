/**
 * The version of everything on the wire: events, document layouts, messages, API shapes, error codes. The test beside
 * this file holds a hash over them: a change there must be a decision here. [PROTO-1]
 */
export const PROTOCOL_VERSION = 1;
export const PROTOCOL_HASH = 'c43baf08ab491b6c';
