/**
 * Where attacks take place: on the guard alone, or on the whole server over a real socket. Each is the same world, a
 * segment with a log of alice's (three events) and one of mallory's (two), and says the same about what is sent.
 */
import type { Writer } from '@kith/schema/policy/write-policy';
import { expect, test } from 'vitest';
import * as Y from 'yjs';
import { createWireGrounds } from '../../test/wire-ground.ts';
import type { UpdateMode } from '../update-limits.ts';
import { fingerprint } from './guard-server.ts';
import { createWorld, type Expected, expectRefused, withEmoji } from './guard-world.ts';

export interface Party {
  readonly writer: Writer;
  /** The client id that it writes under. */
  readonly id: number;
}

export interface SendOptions {
  readonly mode?: UpdateMode;
  /** False: mallory is a reader while it is sent. */
  readonly canWrite?: boolean;
  /** Instead of mallory. Has been given an id. */
  readonly by?: Writer;
}

export interface AttackGround {
  /** What the server has; its client id is the server's. Never written to by an attack. */
  readonly doc: Y.Doc;
  readonly alice: Party;
  readonly mallory: Party;
  /** One more client id, from the server. */
  issue(writer: Writer): Promise<number>;
  /** A text of alice's that is one emoji: two units that a split in the middle destroys. Its client id. */
  withEmoji(): number;
  /** Refused by this code, and the document is what it was, byte by byte. */
  refused(update: Uint8Array, expected: Expected, options?: SendOptions): Promise<void>;
  /** Taken: the document is another than before. */
  accepted(update: Uint8Array, options?: SendOptions): Promise<void>;
  /** Neither refused nor of any effect. */
  passedOver(update: Uint8Array, options?: SendOptions): Promise<void>;
}

export type OpenGround = () => Promise<AttackGround>;

/** One attack as two tests. */
export const attack = (title: string, run: (open: OpenGround) => Promise<void>): void => {
  test(title, () => run(async () => createGuardGround()));
  test(`${title}, over a socket`, async () => {
    const grounds = await createWireGrounds();
    try {
      await run(grounds.open);
      await grounds.assertServing();
    } finally {
      await grounds.close();
    }
  });
};

const createGuardGround = (): AttackGround => {
  const world = createWorld();
  const send = (update: Uint8Array, { by = world.mallory.writer, ...options }: SendOptions = {}): boolean => {
    const before = fingerprint(world.doc);
    expect(world.send(by, update, options)).toMatchObject({ ok: true });
    return fingerprint(world.doc) !== before;
  };
  return {
    ...{ doc: world.doc, alice: world.alice, mallory: world.mallory },
    issue: async (writer) => world.issue(writer),
    withEmoji: () => withEmoji(world),
    refused: async (update, expected, { by, ...options } = {}) =>
      expectRefused(
        by === undefined ? world : { ...world, mallory: { ...world.mallory, writer: by } },
        update,
        expected,
        options,
      ),
    accepted: async (update, options) => expect(send(update, options)).toBe(true),
    passedOver: async (update, options) => expect(send(update, options)).toBe(false),
  };
};

/** What plain Yjs does with an update, on a copy. */
export const applyPlainly = ({ doc: live }: AttackGround, update: Uint8Array): { doc: Y.Doc; thrown: boolean } => {
  const doc = new Y.Doc();
  Y.applyUpdate(doc, Y.encodeStateAsUpdate(live));
  doc.getMap('meta');
  doc.getText('note');
  try {
    Y.applyUpdate(doc, update);
  } catch {
    return { doc, thrown: true }; // part of what the attacks show
  }
  return { doc, thrown: false };
};
