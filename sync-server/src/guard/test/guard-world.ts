/** A segment on a server with two members, alice (three events) and mallory (two), and what plain Yjs would do to it. */

import type { ConversationId } from '@kith/schema/ids';
import type { WireErrorCode } from '@kith/schema/wire-error';
import { expect } from 'vitest';
import * as Y from 'yjs';
import type { GuardRequest } from '../guard.ts';
import type { AttackGround } from './attack-ground.ts';
import { type ForgedStruct, forge } from './forge.ts';
import { append, createServer, fingerprint, newEvent, newId, newWriter } from './guard-server.ts';

export type World = ReturnType<typeof createWorld>;

export const createWorld = () => {
  const server = createServer({ type: 'segment', conversation: newId<ConversationId>(), n: 1 });
  // past the rules, to show what would fall: a server's map, and a text with an emoji of alice's
  server.doc.getMap('meta').set('title', 'hello');
  const alice = server.connect(newWriter());
  const mallory = server.connect(newWriter());
  for (const [replica, count] of [
    [alice, 3],
    [mallory, 2],
  ] as const) {
    for (let i = 0; i < count; i++) append(replica, newEvent());
    expect(server.sync(replica)).toMatchObject({ ok: true });
  }
  return { ...server, alice, mallory };
};

/** An update under mallory's id that goes on where the server's copy of it ends. */
export const byMallory = (world: Pick<AttackGround, 'doc' | 'mallory'>, ...structs: ForgedStruct[]): Uint8Array =>
  forge({ sections: [[world.mallory.id, Y.getState(world.doc.store, world.mallory.id), structs]] });

export interface Expected {
  readonly type: WireErrorCode;
  /** Part of the detail, where several checks share a code. */
  readonly detail?: string;
}

/** Mallory sends it; it is refused with this code, and the server's document stays as it was. */
export const expectRefused = (
  world: World,
  update: Uint8Array,
  expected: Expected,
  options: Partial<GuardRequest> = {},
): void => {
  const before = fingerprint(world.doc);
  const sent = world.send(world.mallory.writer, update, options);
  expect(sent).toMatchObject({ ok: false, error: { type: expected.type } });
  if (!sent.ok && expected.detail !== undefined) expect(sent.error.detail).toContain(expected.detail);
  expect(fingerprint(world.doc)).toBe(before);
};

/** Alice owns a text with an emoji: two units that a split in the middle would destroy. Returns its client id. */
export const withEmoji = (world: World): number => {
  const writer = new Y.Doc();
  writer.clientID = world.issue(world.alice.writer);
  writer.getText('note').insert(0, '😀');
  Y.applyUpdate(world.doc, Y.encodeStateAsUpdate(writer));
  world.clientIds.bind([writer.clientID]);
  return writer.clientID;
};
