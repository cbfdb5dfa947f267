/** What an event does. Numbers are on the wire for good: never reuse one. Others are kept and shown as "newer". */
export const EVENT_KINDS = { message: 1, edit: 2, delete: 3, reaction: 4 } as const;

export type EventKind = keyof typeof EVENT_KINDS;

const kindByNumber = new Map<number, EventKind>(
  Object.entries(EVENT_KINDS).map(([kind, number]) => [number, kind as EventKind]),
);

/** Null for a kind that a newer version made. */
export const eventKind = (number: number): EventKind | null => kindByNumber.get(number) ?? null;
