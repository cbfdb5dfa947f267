/**
 * A conversation's head: what a device needs to show it and to find its history, readable offline. Written by the
 * server alone, derived from auth's epochs and from the segments it opens. [DOC-2]
 *
 *   meta      kind, version, epoch; title as opaque bytes
 *   members   account → role
 *   segments  n → SegmentEntry
 *   pins      eventId → opaque bytes
 */
import * as v from 'valibot';
import type * as Y from 'yjs';
import { type Hlc, isHlc } from '../hlc.ts';
import { type AccountId, isId } from '../ids.ts';
import { type Role, RoleSchema } from '../role.ts';

export const HEAD_ROOTS = ['meta', 'members', 'segments', 'pins'] as const;

export const CONVERSATION_KINDS = ['group', 'direct', 'self'] as const;
export type ConversationKind = (typeof CONVERSATION_KINDS)[number];
export const ConversationKindSchema = v.picklist(CONVERSATION_KINDS);

const HlcSchema = v.custom<Hlc>(isHlc);

/** Times are the range of its events' clocks, known when it closes; an open segment may hold any time. */
const SegmentEntrySchema = v.object({
  n: v.pipe(v.number(), v.integer(), v.minValue(1)),
  state: v.picklist(['open', 'closed']),
  /** Set on segments opened for an import: only this device appends, and they never count as the newest. */
  importer: v.optional(v.pipe(v.string(), v.maxLength(64))),
  firstArrival: v.pipe(v.number(), v.integer(), v.minValue(1)),
  firstTime: v.optional(HlcSchema),
  lastTime: v.optional(HlcSchema),
  events: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0))),
});
export type SegmentEntry = v.InferOutput<typeof SegmentEntrySchema>;

export interface Head {
  readonly kind: ConversationKind;
  /** Auth's version of the conversation that this head was derived from. */
  readonly version: number;
  readonly epoch: number;
  readonly title: Uint8Array | null;
  readonly roleByAccount: ReadonlyMap<AccountId, Role>;
  /** In order of n. */
  readonly segments: readonly SegmentEntry[];
}

/** Reads what is well-formed and passes over the rest: a head may come from a newer server. */
export const readHead = (doc: Y.Doc): Head => {
  const meta = doc.getMap('meta');
  const kind = v.safeParse(ConversationKindSchema, meta.get('kind'));
  const title = meta.get('title');
  const roles = [...doc.getMap('members').entries()].flatMap(([account, role]) =>
    isId(account) && v.is(RoleSchema, role) ? [[account as AccountId, role] as const] : [],
  );
  const segments = [...doc.getMap('segments').values()].flatMap((entry) => {
    const parsed = v.safeParse(SegmentEntrySchema, entry);
    return parsed.success ? [parsed.output] : [];
  });
  return {
    kind: kind.success ? kind.output : 'group',
    version: Number(meta.get('version') ?? 0),
    epoch: Number(meta.get('epoch') ?? 0),
    title: title instanceof Uint8Array ? title : null,
    roleByAccount: new Map(roles),
    segments: segments.sort((a, b) => a.n - b.n),
  };
};

/** Where new messages go: the newest open segment that is not an import's. Null on a head not yet derived. [SEG-2] */
export const newestSegment = (segments: readonly SegmentEntry[]): SegmentEntry | null =>
  segments.findLast((segment) => segment.importer === undefined) ?? null;
