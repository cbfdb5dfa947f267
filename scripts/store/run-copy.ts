/** `store copy` as a person sees it. */

import { stampOf } from '../serve/incoming-files.ts';
import type { CommandSurroundings } from './command.ts';
import { copyStores } from './copy-stores.ts';
import { openPlace } from './place-address.ts';
import { createProgress } from './progress.ts';
import type { StoreArguments } from './store-arguments.ts';

/** @throws Error with a sentence that says what to do; the target is then as it was. */
export const runCopy = async (args: StoreArguments, surroundings: CommandSurroundings): Promise<void> => {
  const { print, isTerminal, now, signal } = surroundings;
  const stamp = stampOf(now());
  const from = await openPlace(args.from, stamp, { say: print });
  try {
    const to = await openPlace(args.to, stamp, { say: print });
    try {
      const what = 'journals, conversations and people, written and compared';
      await copyStores({
        ...{ from, to, stamp, signal },
        startProgress: (total) => createProgress({ print, isTerminal, now, total, what }),
      });
      print(`${to.name} has all of ${from.name}, which stays as it is.\n`);
    } finally {
      await to.close();
    }
  } finally {
    await from.close();
  }
};
