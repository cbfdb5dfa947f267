/** Honest edits and forged updates for documents of plain lists and maps. */
import * as encoding from 'lib0/encoding';
import * as Y from 'yjs';
import * as forged from './forge.ts';
import type { SeededRandom } from './random.ts';

const LISTS = ['log/a', 'log/b', 'log/c'];
const MAPS = ['meta', 'settings'];
const ROOTS = [...LISTS, ...MAPS, 'note', ''];
/** Never sent by a peer: what holds text is no honest update here. */
const TEXT_CLIENT = 7;
const KEYS = ['a', 'b', 'title', ''];

export const createChaos = (random: SeededRandom) => {
  const value = (): unknown => random.pick<unknown>([{ i: 1 }, random.int(1e6), 'é😀', [Uint8Array.of(1)], null, true]);

  const editOnce = (doc: Y.Doc): void => {
    const list = doc.getArray(random.pick(LISTS));
    const map = doc.getMap(random.pick(MAPS));
    const kind = random.int(6);
    if (kind <= 2) {
      const at = random.chance(0.7) ? list.length : random.int(list.length + 1);
      list.insert(at, Array.from({ length: 1 + random.int(3) }, value));
    } else if (kind === 3) map.set(random.pick(KEYS), random.chance(0.5) ? new Uint8Array(3) : value());
    else if (kind === 4) map.delete(random.pick(KEYS));
    else if (list.length > 0) {
      const at = random.int(list.length);
      list.delete(at, 1 + random.int(Math.min(3, list.length - at)));
    }
  };

  const content = () =>
    random.pick([
      () => forged.values(...Array.from({ length: 1 + random.int(3) }, () => random.int(100))),
      () => forged.values({ x: 1 }),
      () => forged.entries(new Uint8Array(5)),
      () => forged.bytes(new Uint8Array(2)),
      () => forged.tombstone(1 + random.int(3)),
      () => forged.tombstone(1 + random.int(3)),
      () => random.pick([forged.text('😀x'), forged.nestedType(1), forged.embed({}), forged.format('b', true)]),
    ])();

  const anyId = (server: Y.Doc): readonly [number, number] => {
    if (random.chance(0.05)) return [random.int(50), random.int(5)];
    const client = random.pick([...server.store.clients.keys()]);
    return [client, random.int(Y.getState(server.store, client) + (random.chance(0.1) ? 2 : 0))];
  };

  const struct = (server: Y.Doc, near: () => readonly [number, number]): forged.ForgedStruct => {
    const sort = random.next();
    if (sort < 0.04) return random.chance(0.5) ? forged.collected(1 + random.int(2)) : forged.skip(1 + random.int(2));
    const key = random.chance(0.4) ? random.pick(KEYS) : undefined;
    if (sort < 0.4) return forged.item(content(), { root: random.pick(ROOTS), key });
    if (sort < 0.44) return forged.item(content(), { parent: anyId(server), key });
    if (sort < 0.75) return forged.item(content(), { origin: near() });
    if (sort < 0.87) return forged.item(content(), { right: near() });
    return forged.item(content(), { origin: near(), right: near() });
  };

  const section = (server: Y.Doc, client: number, first: () => readonly [number, number]) => {
    const state = Y.getState(server.store, client);
    const from = Math.max(0, state - (random.chance(0.5) ? random.int(4) : 0) + (random.chance(0.05) ? 1 : 0));
    const structs: forged.ForgedStruct[] = [];
    let clock = from;
    for (let count = 1 + random.int(4); count > 0; count--) {
      const next = struct(server, () => {
        if (clock > from && random.chance(0.4)) return [client, clock - 1];
        return random.chance(0.3) ? first() : anyId(server);
      });
      structs.push(next);
      clock += next.length;
    }
    return [client, from, structs] as const;
  };

  const deletes = (server: Y.Doc, client: number) => {
    const state = Math.max(1, Y.getState(server.store, client));
    const from = random.int(state);
    const range = [from, 1 + random.int(Math.min(4, state - from + (random.chance(0.1) ? 2 : 0)))] as const;
    return [client, range] as const;
  };

  return {
    edit: (doc: Y.Doc): void =>
      doc.transact(() => {
        for (let count = 1 + random.int(3); count > 0; count--) editOnce(doc);
      }),
    /** A text with an emoji: two units of which neither may be split off. */
    foreignText: (): Uint8Array => {
      const doc = new Y.Doc();
      doc.clientID = TEXT_CLIENT;
      doc.getText('note').insert(0, '😀😀');
      return Y.encodeStateAsUpdate(doc);
    },
    /** What a peer believes that the server has: all of it, little but the text, or somewhat less. */
    staleVector: (server: Y.Doc): Uint8Array => {
      const back = random.pick([0, 0, 0, 3, Number.POSITIVE_INFINITY]);
      const vector = [...Y.decodeStateVector(Y.encodeStateVector(server))]
        .map(
          ([client, clock]) =>
            [
              client,
              client === TEXT_CLIENT ? clock : Math.max(0, clock - (back === 3 ? random.int(4) : back)),
            ] as const,
        )
        .filter(([, clock]) => clock > 0);
      const out = encoding.createEncoder();
      encoding.writeVarUint(out, vector.length);
      for (const part of vector.flat()) encoding.writeVarUint(out, part);
      return encoding.toUint8Array(out);
    },
    forge: (server: Y.Doc): Uint8Array => {
      const clients = [...server.store.clients.keys()];
      const sections: ReturnType<typeof section>[] = [];
      for (let count = 1 + random.int(2); count > 0; count--) {
        const client = random.chance(0.6) ? random.pick(clients) : 1_000 + random.int(1_000);
        const first = sections[0];
        sections.push(section(server, client, () => (first ? [first[0], first[1] + random.int(3)] : anyId(server))));
      }
      const dying = random.chance(0.3) ? sections[0]![0] : random.pick(clients);
      const update = forged.forge({ sections, deletes: random.chance(0.4) ? [deletes(server, dying)] : [] });
      if (random.chance(0.08)) update[random.int(update.length)] = random.int(256);
      return update;
    },
  };
};
