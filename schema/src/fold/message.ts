/**
 * From a message's event and the events that target it to what is shown. Pure, deterministic in any order of arrival,
 * O(n), bounded per target. [FOLD-3] [FOLD-4] [FOLD-5]
 */
import { decodeEventBody, type Imported } from '../event/event-body.ts';
import { eventKind } from '../event/event-kind.ts';
import type { Hlc } from '../hlc.ts';
import type { AccountId, DeviceId, EventId } from '../ids.ts';
import { can } from '../policy/can.ts';
import type { Role } from '../role.ts';
import { foldReactions, type Reaction } from './reactions.ts';
import { compareEvents, type TimelineEvent } from './timeline-event.ts';

export const MAX_EDITS = 100;

interface MessageBase {
  readonly eventId: EventId;
  readonly account: AccountId;
  readonly device: DeviceId;
  readonly time: Hlc;
}

export type Message =
  | (MessageBase & {
      readonly state: 'shown';
      readonly text: string;
      readonly replyTo: EventId | null;
      readonly imported: Imported | null;
      readonly editedAt: Hlc | null;
      readonly reactions: readonly Reaction[];
    })
  | (MessageBase & { readonly state: 'deleted'; readonly deletedBy: AccountId })
  /** A kind or body that this version cannot read: kept, and shown as made by a newer one. */
  | (MessageBase & { readonly state: 'newer' });

/** The role an account had in an epoch; null for somebody who was not a member. */
export type RoleIn = (account: AccountId, epoch: number) => Role | null;

/** Null when `event` is nothing that stands in a timeline by itself (an edit, a reaction …). */
export const foldMessage = (
  event: TimelineEvent,
  targeting: readonly TimelineEvent[],
  roleIn: RoleIn,
): Message | null => {
  const kind = eventKind(event.header.kind);
  if (kind !== null && kind !== 'message') return null;
  if (kind === null && event.header.target !== null) return null;
  const base = { eventId: event.header.eventId, account: event.account, device: event.device, time: event.header.time };
  const body = kind === null || event.header.sealed ? null : decodeEventBody('message', event.body);
  if (body === null || !body.ok) return { ...base, state: 'newer' };
  const changes = uniqueInOrder(targeting.filter((change) => change.header.target === event.header.eventId));
  const deletion = changes.find((change) => isKind(change, 'delete') && mayDelete(change, event, roleIn));
  if (deletion !== undefined) return { ...base, state: 'deleted', deletedBy: deletion.account };
  const edit = lastEdit(changes, event);
  return {
    ...base,
    state: 'shown',
    text: edit?.text ?? body.value.text,
    replyTo: body.value.replyTo ?? null,
    imported: body.value.imported ?? null,
    editedAt: edit?.time ?? null,
    reactions: foldReactions(changes.filter((change) => isKind(change, 'reaction'))),
  };
};

const lastEdit = (changes: readonly TimelineEvent[], event: TimelineEvent): { text: string; time: Hlc } | null => {
  const edits = changes.filter((change) => isKind(change, 'edit') && change.account === event.account);
  const last = edits.slice(0, MAX_EDITS).findLast((edit) => decodeEventBody('edit', edit.body).ok);
  const body = last && decodeEventBody('edit', last.body);
  return last && body?.ok ? { text: body.value.text, time: last.header.time } : null;
};

/** One's own, or by the role that the epoch of the deletion gave. */
const mayDelete = (change: TimelineEvent, event: TimelineEvent, roleIn: RoleIn): boolean =>
  change.account === event.account || can(roleIn(change.account, change.header.epoch), 'delete-others');

const isKind = (event: TimelineEvent, kind: 'edit' | 'delete' | 'reaction'): boolean =>
  eventKind(event.header.kind) === kind && !event.header.sealed;

/** Timeline order, the first of each id. */
const uniqueInOrder = (events: readonly TimelineEvent[]): TimelineEvent[] => {
  const seen = new Set<EventId>();
  return [...events].sort(compareEvents).filter(({ header }) => !seen.has(header.eventId) && seen.add(header.eventId));
};
