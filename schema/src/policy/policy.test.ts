import { describe, expect, test } from 'vitest';
import { accountDocName, headName, parseDocName, segmentName } from '../doc-name.ts';
import { logRoot } from '../documents/segment.ts';
import { NO_PREV } from '../event/event-hash.ts';
import type { EventHeader } from '../event/event-header.ts';
import { EVENT_KINDS } from '../event/event-kind.ts';
import { msToHlc } from '../hlc.ts';
import { type AccountId, bytesToId, type ConversationId, type DeviceId, type EventId } from '../ids.ts';
import { LIMITS } from '../limits.ts';
import { ROLES } from '../role.ts';
import { type Action, can, canChangeRole } from './can.ts';
import { eventFault } from './event-policy.ts';
import { writeRules } from './write-policy.ts';

const id = <T extends string>(n: number) => bytesToId<never>(new Uint8Array(16).fill(n)) as unknown as T;
const [mara, omar] = [id<AccountId>(1), id<AccountId>(2)];
const [phone, laptop] = [id<DeviceId>(3), id<DeviceId>(4)];
const conversation = id<ConversationId>(5);
const name = (text: string) => parseDocName(text) ?? expect.unreachable();

describe('roles', () => {
  test.each<[Action, string]>([
    ['read', 'owner admin member reader'],
    ['write', 'owner admin member'],
    ['import', 'owner admin member'],
    ['delete-others', 'owner admin'],
    ['rename', 'owner admin'],
    ['invite', 'owner admin'],
    ['change-members', 'owner admin'],
    ['change-owners', 'owner'],
  ])('[POL-1] %s is for: %s', (action, who) => {
    expect(ROLES.filter((role) => can(role, action)).join(' ')).toBe(who);
    expect(can(null, action)).toBe(false);
  });

  test('[POL-1] only owners make, change or remove owners', () => {
    expect(canChangeRole('admin', 'member', 'admin')).toBe(true);
    expect(canChangeRole('admin', 'member', 'owner')).toBe(false);
    expect(canChangeRole('admin', 'owner', null)).toBe(false);
    expect(canChangeRole('owner', 'owner', 'reader')).toBe(true);
    expect(canChangeRole('member', null, 'reader')).toBe(false);
  });
});

describe('event headers', () => {
  const header: EventHeader = {
    eventId: id<EventId>(6),
    kind: EVENT_KINDS.message,
    target: null,
    time: msToHlc(1000),
    epoch: 2,
    seq: 1,
    prev: NO_PREV,
    expireAfterSeconds: 0,
    notBeforeMs: 0,
    notify: 'default',
    sealed: false,
  };
  const at = { nowMs: 1000, currentEpoch: 2 };
  const target = id<EventId>(7);

  test('[POL-2] a fitting header stands, and so does one of a newer kind', () => {
    expect(eventFault(header, at)).toBe(null);
    expect(eventFault({ ...header, kind: EVENT_KINDS.edit, target }, at)).toBe(null);
    expect(eventFault({ ...header, kind: 200, target }, at)).toBe(null);
    expect(eventFault({ ...header, kind: 200 }, at)).toBe(null);
  });

  test('[POL-2] target, clock and epoch are checked', () => {
    expect(eventFault({ ...header, target }, at)).toBe('event-target');
    expect(eventFault({ ...header, kind: EVENT_KINDS.delete }, at)).toBe('event-target');
    expect(eventFault({ ...header, time: msToHlc(1000 + LIMITS.clockAheadMs) }, at)).toBe(null);
    expect(eventFault({ ...header, time: msToHlc(1001 + LIMITS.clockAheadMs) }, at)).toBe('clock-ahead');
    expect(eventFault({ ...header, epoch: 3 }, at)).toBe('event-epoch');
  });
});

describe('write rules', () => {
  const writer = { account: mara, device: phone };
  const rules = (doc: string, root: string) => [...writeRules(name(doc), root, writer)].join(' ');

  test('[POL-3] a device appends to its own log and does nothing else in a conversation', () => {
    const segment = segmentName(conversation, 1);
    expect(rules(segment, logRoot(mara, phone))).toBe('append');
    for (const root of [logRoot(mara, laptop), logRoot(omar, phone), 'log', '', 'meta', '__proto__'])
      expect(rules(segment, root)).toBe('');
    for (const root of ['meta', 'members', 'segments', 'pins', logRoot(mara, phone)])
      expect(rules(headName(conversation), root)).toBe('');
  });

  test('[POL-3] the owner of an account sets its values and only empties its inbox', () => {
    expect(rules(accountDocName(mara, 1), 'settings')).toBe('set remove');
    expect(rules(accountDocName(mara, 1), 'inbox')).toBe('remove');
    expect(rules(accountDocName(mara, 1), 'else')).toBe('');
    expect(rules(accountDocName(omar, 1), 'settings')).toBe('');
  });
});
