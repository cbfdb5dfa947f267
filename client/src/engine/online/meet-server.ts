/** The first things after a connection: who is where, what arrived meanwhile, who has what. [ENG-8] */
import { fetchReceipts } from '../receipts/take-receipts.ts';
import type { OnlineDeps, OnlineParts } from './online.ts';

/** Receipts of the conversations that were active last: those whose ticks somebody may look at. */
const RECEIPTS_OF = 20;

/** A part that fails stops no other. @throws EngineError the first failure: to be done again later */
export const meetServer = async (
  { session }: Pick<OnlineDeps, 'session'>,
  { api, store, sync, catchUp, flusher }: OnlineParts,
): Promise<void> => {
  const failures: unknown[] = [];
  const attempt = (work: Promise<void>): Promise<unknown> => work.catch((error: unknown) => failures.push(error));
  await attempt(sync.run());
  flusher.wake();
  await attempt(catchUp.run());
  const rows = (await store.conversations()).filter(({ state }) => state === 'joined');
  const active = rows.sort((a, b) => b.readTime - a.readTime || b.createdAt - a.createdAt).slice(0, RECEIPTS_OF);
  for (const { id } of active) await attempt(fetchReceipts({ api, store, self: session.account }, id));
  if (failures.length > 0) throw failures[0];
};
