/**
 * The write-rule table: who may put what under which root of which document. The guard asks it for every operation of
 * every update; what it does not name is refused. [POL-3]
 */

import type { DocName } from '../doc-name.ts';
import { ACCOUNT_ROOTS } from '../documents/account.ts';
import { logRoot } from '../documents/segment.ts';
import type { AccountId, DeviceId } from '../ids.ts';

/** `append`: one event at the end of a log. `set`: a map key to opaque bytes. `remove`: a map key deleted. */
export type WriteRule = 'append' | 'set' | 'remove';

export interface Writer {
  readonly account: AccountId;
  readonly device: DeviceId;
}

const NOTHING: ReadonlySet<WriteRule> = new Set();
const APPEND: ReadonlySet<WriteRule> = new Set<WriteRule>(['append']);
const SET_AND_REMOVE: ReadonlySet<WriteRule> = new Set<WriteRule>(['set', 'remove']);
const REMOVE: ReadonlySet<WriteRule> = new Set<WriteRule>(['remove']);

/** What `writer` may do under `root`. Heads are the server's alone, so nobody may do anything there. */
export const writeRules = (name: DocName, root: string, writer: Writer): ReadonlySet<WriteRule> => {
  if (name.type === 'segment') return root === logRoot(writer.account, writer.device) ? APPEND : NOTHING;
  if (name.type === 'account' && name.account === writer.account) {
    if (root === 'inbox') return REMOVE;
    if ((ACCOUNT_ROOTS as readonly string[]).includes(root)) return SET_AND_REMOVE;
  }
  return NOTHING;
};
