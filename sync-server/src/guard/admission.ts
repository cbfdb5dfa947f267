/**
 * Keep, strip or refuse: what happens to the parts of an update that are not this writer's. In a SyncStep2 they are
 * stripped, because every honest client carries them after a redaction, a lag or a restore; in a plain update they are
 * refused. What may be the writer's own is never stripped. [GRD-11] [GRD-12]
 */
import type { Writer } from '@kith/schema/policy/write-policy';
import type * as Y from 'yjs';
import { type ClientIds, isIssuedTo } from './client-ids.ts';
import { createFindRoot, type FindRoot } from './find-root.ts';
import { refuse } from './guard-error.ts';
import type { Admission } from './inspect-update.ts';
import type { RootNames } from './live-store.ts';
import type { UpdateMode } from './update-limits.ts';
import { mayInsert, mayRemove, type WriteRules } from './write-rules.ts';

export interface AdmissionDeps {
  readonly doc: Y.Doc;
  readonly rootNames: RootNames;
  readonly clientIds: ClientIds;
  readonly writer: Writer;
  readonly mode: UpdateMode;
  readonly rules: WriteRules;
}

/** Serves one inspection. */
export const createAdmission = (deps: AdmissionDeps): Admission => {
  const { doc, rootNames, clientIds, writer, mode, rules } = deps;
  const strips = mode === 'step2';
  const isOwn = (client: number): boolean => isIssuedTo(writer, clientIds.owner(client));
  let findRoot: FindRoot | null = null;
  return {
    admitsSection: (section, scanned) => {
      const { client, structs } = section;
      const owner = clientIds.owner(client);
      if (isIssuedTo(writer, owner)) return true;
      if (owner !== null) return strips ? false : refuse('update-forbidden', `client ${client} is another's`);
      // an id that nobody was given: others' content that this server has not got yet, or the writer's own, forgotten?
      findRoot ??= createFindRoot(doc, rootNames, scanned);
      const roots = strips ? structs.map(findRoot) : [];
      if (strips && roots.every((root) => root !== null && !mayInsert(root, rules))) return false;
      return refuse('client-id-unknown', `client ${client} was not issued`);
    },
    admitsDeletion: (deletion) => !strips || mayRemove(deletion, rules),
    stripsUnknownDeletions: (client) => strips && !isOwn(client),
  };
};
