/** The schema's table of write rules as the guard asks it: for one writer in one document. [GRD-14] */
import type { DocName } from '@kith/schema/doc-name';
import { type WriteRule, type Writer, writeRules } from '@kith/schema/policy/write-policy';
import type { Deletion } from './inspect-deletes.ts';

/** What the writer may do under a root of the document at hand. */
export type WriteRules = (root: string) => ReadonlySet<WriteRule>;

/** Asks the table once for each root. */
export const createWriteRules = (name: DocName, writer: Writer): WriteRules => {
  const rulesByRoot = new Map<string, ReadonlySet<WriteRule>>();
  return (root) => {
    const known = rulesByRoot.get(root);
    if (known !== undefined) return known;
    const rules = writeRules(name, root, writer);
    rulesByRoot.set(root, rules);
    return rules;
  };
};

/** Only keys are removed: entries of a log stay. */
export const mayRemove = ({ place }: Deletion, rules: WriteRules): boolean =>
  place !== null && place.key !== null && rules(place.root).has('remove');

/** May any content of the writer's stand under this root? */
export const mayInsert = (root: string, rules: WriteRules): boolean =>
  rules(root).has('append') || rules(root).has('set');
