import type { ConversationId } from '@kith/schema/ids';
import { expect, test } from 'vitest';
import type { ConversationView } from '../../engine/views.ts';
import { lastLine, unreadBadge } from './last-line.ts';

const conversation = (fields: Partial<ConversationView>): ConversationView => ({
  id: 'c' as ConversationId,
  kind: 'group',
  title: 'Lake',
  role: 'member',
  memberCount: 3,
  state: 'joined',
  unread: 0,
  last: { author: 'Mara', own: false, text: 'two\n lines', at: 0, tick: null },
  activeAt: 0,
  draft: null,
  ...fields,
});

test('[UI-13] a row shows who said what last in one line', () => {
  expect(lastLine(conversation({}))).toEqual({ lead: 'Mara', text: 'two lines', isDraft: false });
  expect(lastLine(conversation({ last: { author: 'Ada', own: true, text: 'x', at: 0, tick: 'read' } })).lead).toBe(
    'You',
  );
  expect(lastLine(conversation({ kind: 'self' })).lead).toBeNull();
  expect(lastLine(conversation({ last: null })).text).toBe('Nothing said yet');
  expect(lastLine(conversation({ last: null, state: 'left' })).text).toBe('You are no longer in it');
});

test('[UI-13] a draft goes first, an empty one does not count, long texts are cut between letters', () => {
  expect(lastLine(conversation({ draft: 'half a' }))).toEqual({ lead: 'Draft', text: 'half a', isDraft: true });
  expect(lastLine(conversation({ draft: '  ' })).isDraft).toBe(false);
  expect(lastLine(conversation({ draft: '🍒'.repeat(500) })).text).toBe(`${'🍒'.repeat(160)}…`);
});

test('[UI-13] unread is counted up to a thousand, and the badge has words', () => {
  expect(unreadBadge(0, String)).toBeNull();
  expect(unreadBadge(3, String)).toEqual({ text: '3', name: '3 unread' });
  expect(unreadBadge(1000, String)).toEqual({ text: '999+', name: '1000 or more unread' });
});
