/**
 * A person's own document: maps of opaque bytes (sealed later; the server never reads them), and the inbox, which the
 * server fills and the owner empties: removing an entry acknowledges it. [DOC-3]
 */
export const ACCOUNT_ROOTS = ['settings', 'mutes', 'contacts', 'folders'] as const;
export type AccountRoot = (typeof ACCOUNT_ROOTS)[number];
