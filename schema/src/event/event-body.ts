/**
 * What stands inside an event: JSON in UTF-8, in clear until bodies are sealed, parsed by kind. [EVT-4]
 * Keys that a newer version added are dropped on reading; the event's bytes keep them.
 */
import * as v from 'valibot';
import { EventIdSchema } from '../ids.ts';
import { LIMITS } from '../limits.ts';
import { err, ok, type Result } from '../result.ts';
import type { EventKind } from './event-kind.ts';

/** Where a message came from when it was brought in from another system. */
export const ImportedSchema = v.object({
  author: v.pipe(v.string(), v.minLength(1), v.maxLength(LIMITS.nameLength)),
  /** ms since 1970, as the source says. */
  at: v.pipe(v.number(), v.safeInteger()),
});

const TextSchema = v.pipe(v.string(), v.minLength(1), v.maxLength(LIMITS.messageTextLength));

export const EVENT_BODY_SCHEMAS = {
  message: v.object({
    text: TextSchema,
    replyTo: v.optional(EventIdSchema),
    imported: v.optional(ImportedSchema),
  }),
  edit: v.object({ text: TextSchema }),
  delete: v.object({}),
  /** `on: false` takes the reaction back. */
  reaction: v.object({
    emoji: v.pipe(v.string(), v.minLength(1), v.maxLength(LIMITS.reactionLength)),
    on: v.boolean(),
  }),
} as const satisfies Record<EventKind, unknown>;

export type EventBody<K extends EventKind> = v.InferOutput<(typeof EVENT_BODY_SCHEMAS)[K]>;
export type Imported = v.InferOutput<typeof ImportedSchema>;

export interface EventBodyError {
  readonly type: 'event-body';
  readonly detail: string;
}

export const encodeEventBody = <K extends EventKind>(_kind: K, body: EventBody<K>): Uint8Array =>
  new TextEncoder().encode(JSON.stringify(body));

const utf8 = new TextDecoder('utf-8', { fatal: true });

export const decodeEventBody = <K extends EventKind>(
  kind: K,
  bytes: Uint8Array,
): Result<EventBody<K>, EventBodyError> => {
  const json = parseJson(bytes);
  if (json === undefined) return err({ type: 'event-body', detail: 'not JSON in UTF-8' });
  const parsed = v.safeParse(EVENT_BODY_SCHEMAS[kind], json);
  return parsed.success
    ? ok(parsed.output as EventBody<K>)
    : err({ type: 'event-body', detail: parsed.issues[0].message });
};

const parseJson = (bytes: Uint8Array): unknown => {
  try {
    return JSON.parse(utf8.decode(bytes));
  } catch {
    return undefined; // the caller turns this into `event-body`: nothing is lost, the bytes stay
  }
};
