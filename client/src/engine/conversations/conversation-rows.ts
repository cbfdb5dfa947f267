/** Rows of conversations from what auth says about them. Pure. */
import type { ConversationResponse, MemberResponse } from '@kith/schema/api/conversations';
import { HLC_ZERO } from '@kith/schema/hlc';
import type { ConversationId } from '@kith/schema/ids';
import type { Command, ConversationRow, MemberRow } from '../storage/local-store.ts';

export const newRow = (answer: ConversationResponse): ConversationRow => ({
  id: answer.id,
  kind: answer.kind,
  version: answer.version,
  epoch: answer.epoch,
  title: answer.title,
  role: answer.role,
  memberCount: answer.members,
  state: 'joined',
  createdAt: answer.createdAt,
  incarnation: 0,
  position: 0,
  readArrival: 0,
  readTime: HLC_ZERO,
  segments: [],
  projectedSegments: [],
  draft: '',
});

/** What auth says takes the place of what was here; what only this device knows stays. */
const joinedRow = (row: ConversationRow, answer: ConversationResponse): ConversationRow => {
  const { kind, version, epoch, title, role, members } = answer;
  return { ...row, kind, version, epoch, title, role, memberCount: members, state: 'joined' };
};

/** The same, but for what commands that still wait will change. */
export const mergedRow = (
  row: ConversationRow,
  answer: ConversationResponse,
  waiting: ReadonlySet<Command['name']>,
): ConversationRow => {
  const joined = joinedRow(row, answer);
  const titled = waiting.has('rename') ? { ...joined, title: row.title } : joined;
  return waiting.has('leave') ? leftRow(titled) : titled;
};

/** Left or removed: the history stays. */
export const leftRow = (row: ConversationRow): ConversationRow => ({ ...row, state: 'left', role: null });

export const memberRow = (conversation: ConversationId, member: MemberResponse): MemberRow => {
  const { account, handle, name, role, devices } = member;
  return { conversation, account, handle, name, role, devices };
};
