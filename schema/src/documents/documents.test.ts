import { describe, expect, test } from 'vitest';
import * as Y from 'yjs';
import { type AccountId, bytesToId, type DeviceId } from '../ids.ts';
import { ACCOUNT_ROOTS } from './account.ts';
import { newestSegment, readHead, type SegmentEntry } from './head.ts';
import { appendEvents, logRoot, parseLogRoot, readLog, readLogs } from './segment.ts';

const account = bytesToId<AccountId>(new Uint8Array(16).fill(2));
const device = bytesToId<DeviceId>(new Uint8Array(16).fill(3));
const owner = { account, device };

describe('segments', () => {
  test('[SEG-1] events are appended wrapped and read back, as one mergeable item', () => {
    const doc = new Y.Doc();
    appendEvents(doc, owner, [new Uint8Array([1]), new Uint8Array([2, 2])]);
    appendEvents(doc, owner, [new Uint8Array([3])]);
    expect(readLogs(doc)).toEqual([
      { owner, events: [new Uint8Array([1]), new Uint8Array([2, 2]), new Uint8Array([3])] },
    ]);
    const copy = new Y.Doc();
    Y.applyUpdate(copy, Y.encodeStateAsUpdate(doc));
    expect(readLog(copy, owner)).toHaveLength(3);
    expect(copy.store.clients.get(doc.clientID)).toHaveLength(1);
  });

  test('[SEG-1] entries of other shapes and roots that are no logs are passed over', () => {
    const doc = new Y.Doc();
    doc.getArray(logRoot(account, device)).push(['text', [1], [], [new Uint8Array([9])], new Uint8Array([8]), null]);
    doc.getArray('log/somebody/else').push([[new Uint8Array([1])]]);
    expect(readLogs(doc)).toEqual([{ owner, events: [new Uint8Array([9])] }]);
    expect(parseLogRoot(`log/${account}`)).toBe(null);
    expect(parseLogRoot(`log/${account}/${device}/more`)).toBe(null);
    expect(parseLogRoot(logRoot(account, device))).toEqual(owner);
  });
});

describe('heads', () => {
  const entry = (n: number, more: Partial<SegmentEntry> = {}): SegmentEntry => ({
    n,
    state: 'open',
    firstArrival: n,
    ...more,
  });

  test('[DOC-2] what is well-formed is read, the rest is passed over', () => {
    const doc = new Y.Doc();
    doc.getMap('meta').set('kind', 'direct');
    doc.getMap('meta').set('version', 7);
    doc.getMap('meta').set('epoch', 3);
    doc.getMap('meta').set('title', new Uint8Array([0, 65]));
    doc.getMap('members').set(account, 'owner');
    doc.getMap('members').set(device, 'emperor');
    doc.getMap('members').set('nobody', 'member');
    doc.getMap('segments').set('10', entry(10));
    doc.getMap('segments').set('2', entry(2, { state: 'closed' }));
    doc.getMap('segments').set('3', { n: 'three' });
    expect(readHead(doc)).toEqual({
      kind: 'direct',
      version: 7,
      epoch: 3,
      title: new Uint8Array([0, 65]),
      roleByAccount: new Map([[account, 'owner']]),
      segments: [entry(2, { state: 'closed' }), entry(10)],
    });
    expect(readHead(new Y.Doc())).toMatchObject({ kind: 'group', version: 0, title: null, segments: [] });
  });

  test('[SEG-2] the newest segment is the last that is not an import', () => {
    expect(newestSegment([])).toBe(null);
    expect(newestSegment([entry(1), entry(2), entry(3, { importer: 'x' })])?.n).toBe(2);
    expect(newestSegment([entry(1, { importer: 'x' })])).toBe(null);
  });
});

test('[DOC-3] an account document has its maps, and the inbox is none that its owner fills', () => {
  expect(ACCOUNT_ROOTS).toEqual(['settings', 'mutes', 'contacts', 'folders']);
});
