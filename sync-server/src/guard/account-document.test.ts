/** Account documents: keys to opaque bytes, an inbox that the owner only empties. Heads: nobody writes. */
import type { AccountId, ConversationId } from '@kith/schema/ids';
import { LIMITS } from '@kith/schema/limits';
import { expect, test } from 'vitest';
import * as Y from 'yjs';
import { applyServerChange } from './server-change.ts';
import { bytes, forge, item, tombstone, values } from './test/forge.ts';
import { createServer, fingerprint, newId, newWriter } from './test/guard-server.ts';

const account = newId<AccountId>();

const open = () => {
  const server = createServer({ type: 'account', account, generation: 1 });
  applyServerChange({
    ...server,
    origin: null,
    change: (doc) => {
      doc.getMap('inbox').set('a', Uint8Array.of(1));
      doc.getMap('inbox').set('b', Uint8Array.of(2));
    },
  });
  const [desk, phone] = [server.connect(newWriter(account)), server.connect(newWriter(account))] as const;
  const sendAsDesk = (...structs: Parameters<typeof item>[]) =>
    server.send(desk.writer, forge({ sections: [[desk.id, 0, structs.map((struct) => item(...struct))]] }));
  return { ...server, desk, phone, sendAsDesk };
};

test('[GRD-14] what Y.Map.set writes for bytes is accepted, replaced and removed, from both devices', () => {
  const { doc, desk, phone, sync } = open();
  const settings = desk.doc.getMap('settings');
  settings.set('theme', Uint8Array.of(0, 1));
  settings.set('theme', Uint8Array.of(0, 2)); // leaves a tombstone that is sent
  settings.set('gone', Uint8Array.of(0));
  settings.delete('gone');
  expect(sync(desk)).toMatchObject({ ok: true, value: { changed: true } });
  sync(phone);
  phone.doc.getMap('settings').set('theme', Uint8Array.of(0, 3));
  phone.doc.getMap('mutes').set('x', Uint8Array.of(0));
  expect(sync(phone, 'update')).toMatchObject({ ok: true });
  sync(desk);
  desk.doc.getMap('mutes').delete('x');
  expect(sync(desk, 'update')).toMatchObject({ ok: true });
  sync(phone);
  for (const one of [doc, desk.doc, phone.doc]) {
    expect(one.getMap('settings').toJSON()).toEqual({ theme: Uint8Array.of(0, 3) });
    expect(one.getMap('mutes').size).toBe(0);
  }
});

test('[GRD-14] values written on two devices at once converge', () => {
  const { doc, desk, phone, sync } = open();
  desk.doc.getMap('folders').set('a', Uint8Array.of(1));
  phone.doc.getMap('folders').set('a', Uint8Array.of(2));
  for (const replica of [desk, phone, desk, phone]) expect(sync(replica)).toMatchObject({ ok: true });
  expect(desk.doc.getMap('folders').toJSON()).toEqual(doc.getMap('folders').toJSON());
  expect(phone.doc.getMap('folders').toJSON()).toEqual(doc.getMap('folders').toJSON());
});

test('[GRD-14] the same bytes as a plain value are accepted; anything else under a key is not', () => {
  expect(open().sendAsDesk([values(Uint8Array.of(1)), { root: 'settings', key: 'a' }])).toMatchObject({ ok: true });
  for (const value of ['text', 1, null, { a: 1 }, [Uint8Array.of(1)]]) {
    const sent = open().sendAsDesk([values(value), { root: 'settings', key: 'a' }]);
    expect(sent).toMatchObject({ ok: false, error: { type: 'update-forbidden' } });
  }
});

test('[GRD-14] a value may be as long as the limit and not longer', () => {
  const limit = LIMITS.accountValueBytes;
  for (const content of [bytes, values]) {
    const fits = open().sendAsDesk([content(new Uint8Array(limit)), { root: 'contacts', key: 'a' }]);
    expect(fits).toMatchObject({ ok: true });
    const larger = open().sendAsDesk([content(new Uint8Array(limit + 1)), { root: 'contacts', key: 'a' }]);
    expect(larger).toMatchObject({ ok: false, error: { type: 'update-too-large' } });
  }
});

test('[GRD-14] the owner removes entries of the inbox and never sets them', () => {
  const { doc, desk, sync, sendAsDesk } = open();
  for (const content of [bytes(Uint8Array.of(1)), tombstone(1)]) {
    const sent = sendAsDesk([content, { root: 'inbox', key: 'a' }]);
    expect(sent).toMatchObject({ ok: false, error: { type: 'update-forbidden' } });
  }
  desk.doc.getMap('inbox').delete('a');
  expect(sync(desk)).toMatchObject({ ok: true, value: { changed: true, newBindings: [] } });
  expect([...doc.getMap('inbox').keys()]).toEqual(['b']);
});

test("[GRD-11] what the server put into the inbox and lost since is stripped from a device's step 2", () => {
  const { doc, clientIds, desk, sync, send } = open();
  sync(desk);
  const lost = new Y.Doc();
  lost.getMap('inbox').set('c', Uint8Array.of(3));
  Y.applyUpdate(desk.doc, Y.encodeStateAsUpdate(lost));
  desk.doc.getMap('settings').set('a', Uint8Array.of(1));
  expect(clientIds.owner(lost.clientID)).toBeNull();
  const update = Y.encodeStateAsUpdate(desk.doc, Y.encodeStateVector(doc));
  expect(send(desk.writer, update, { mode: 'step2' })).toMatchObject({ ok: true, value: { changed: true } });
  expect([...doc.getMap('inbox').keys()]).toEqual(['a', 'b']);
  expect(doc.getMap('settings').size).toBe(1);
});

test('[GRD-14] list entries, events and foreign accounts are refused in an account document', () => {
  const server = open();
  const forbidden = { ok: false, error: { type: 'update-forbidden' } };
  expect(server.sendAsDesk([bytes(Uint8Array.of(1)), { root: 'settings' }])).toMatchObject(forbidden);
  const log = `log/${server.desk.writer.account}/${server.desk.writer.device}`;
  expect(server.sendAsDesk([values([Uint8Array.of(1)]), { root: log }])).toMatchObject(forbidden);
  const stranger = server.connect(newWriter());
  stranger.doc.getMap('settings').set('a', Uint8Array.of(1));
  expect(server.sync(stranger)).toMatchObject(forbidden);
  stranger.doc.getMap('inbox').delete('a');
  expect(server.sync(stranger, 'update')).toMatchObject(forbidden);
});

test('[GRD-14] a value before another of its key is refused', () => {
  const { desk, sendAsDesk } = open();
  const first = [bytes(Uint8Array.of(1)), { root: 'settings', key: 'a' }] as const;
  const second = [bytes(Uint8Array.of(2)), { right: [desk.id, 0] as const }] as const;
  expect(sendAsDesk([...first], [...second])).toMatchObject({ ok: false, error: { type: 'update-forbidden' } });
  expect(sendAsDesk([...first])).toMatchObject({ ok: true });
});

test('[GRD-14] a list entry under a root of keys cannot be removed either', () => {
  const { doc, desk, send } = open();
  Y.applyUpdate(doc, forge({ sections: [[5, 0, [item(values(1), { root: 'settings' })]]] })); // past the rules
  const sent = send(desk.writer, forge({ deletes: [[5, [0, 1]]] }));
  expect(sent).toMatchObject({ ok: false, error: { type: 'update-forbidden' } });
});

test('[GRD-7] neighbours under different keys of one root are refused', () => {
  const { desk, sendAsDesk } = open();
  const [a, b] = ['a', 'b'].map((key) => [bytes(Uint8Array.of(1)), { root: 'settings', key }] as const);
  const between = [bytes(Uint8Array.of(2)), { origin: [desk.id, 0], right: [desk.id, 1] }] as const;
  const sent = sendAsDesk([...a!], [...b!], [...between]);
  expect(sent).toMatchObject({ ok: false, error: { detail: 'neighbours in different lists' } });
});

test('[GRD-8] one range over values of several keys goes through as it came', () => {
  const { desk, sync, send } = open();
  const settings = desk.doc.getMap('settings');
  for (const key of ['a', 'b', 'c']) settings.set(key, Uint8Array.of(1));
  expect(sync(desk)).toMatchObject({ ok: true });
  let update = new Uint8Array();
  desk.doc.on('update', (bytesOfUpdate: Uint8Array) => {
    update = new Uint8Array(bytesOfUpdate);
  });
  desk.doc.transact(() => settings.clear());
  expect(send(desk.writer, update)).toMatchObject({ ok: true, value: { sanitised: update } });
});

test('[GRD-3] a step 2 holds a bounded number of structs', () => {
  const { desk, send } = open();
  const chain = Array.from({ length: 4_001 }, (_, i) =>
    item(bytes(Uint8Array.of(1)), i === 0 ? { root: 'settings', key: 'a' } : { origin: [desk.id, i - 1] }),
  );
  const sendChain = (structs: typeof chain) =>
    send(desk.writer, forge({ sections: [[desk.id, 0, structs]] }), { mode: 'step2', canWrite: true });
  expect(sendChain(chain)).toMatchObject({ ok: false, error: { type: 'update-too-large' } });
  expect(sendChain(chain.slice(1_000, 1_001))).toMatchObject({ ok: false, error: { type: 'update-malformed' } });
  expect(sendChain(chain.slice(0, 4_000))).toMatchObject({ ok: true });
});

test('[GRD-7] many values written beside ones never seen are refused until the device has caught up', () => {
  const { doc, desk, phone, sync } = open();
  for (const replica of [desk, phone]) {
    for (let i = 0; i < 20; i++) replica.doc.getMap('mutes').set(`k${i}`, Uint8Array.of(replica.id % 100));
  }
  expect(sync(desk)).toMatchObject({ ok: true });
  const before = fingerprint(doc);
  expect(sync(phone)).toMatchObject({ ok: false, error: { type: 'update-gap' } });
  expect(fingerprint(doc)).toBe(before);
  for (let i = 0; i < 20; i++) desk.doc.getMap('mutes').set(`k${i}`, Uint8Array.of(7));
  expect(sync(desk)).toMatchObject({ ok: true });
});

test('[GRD-14] nobody writes to a head', () => {
  const server = createServer({ type: 'head', conversation: newId<ConversationId>() });
  server.doc.getMap('meta').set('kind', 'group');
  const replica = server.connect(newWriter());
  for (const root of ['meta', 'members', 'segments', 'pins', 'settings']) {
    const update = forge({ sections: [[replica.id, 0, [item(bytes(Uint8Array.of(1)), { root, key: 'kind' })]]] });
    expect(server.send(replica.writer, update, { gate: null })).toMatchObject({
      ok: false,
      error: { type: 'update-forbidden' },
    });
  }
  const removal = forge({ deletes: [[server.doc.clientID, [0, 1]]] });
  expect(server.send(replica.writer, removal)).toMatchObject({ ok: false, error: { type: 'update-forbidden' } });
  expect(Y.encodeStateVector(server.doc)).toEqual(Y.encodeStateVector(replica.doc));
});
