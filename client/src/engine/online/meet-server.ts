/** The first things after a connection: who is where, what arrived meanwhile, who has what. [ENG-8] */
import { fetchReceipts } from '../receipts/take-receipts.ts';
import type { OnlineDeps, OnlineParts } from './online.ts';

/** Receipts of the conversations that were active last: those whose ticks somebody may look at. */
const RECEIPTS_OF = 20;

/** @throws EngineError when the connection does not last */
export const meetServer = async (
  { session }: Pick<OnlineDeps, 'session'>,
  { api, store, sync, catchUp, flusher }: OnlineParts,
): Promise<void> => {
  await sync.run();
  flusher.wake();
  await catchUp.run();
  const rows = (await store.conversations()).filter(({ state }) => state === 'joined');
  const active = rows.sort((a, b) => b.readTime - a.readTime || b.createdAt - a.createdAt).slice(0, RECEIPTS_OF);
  for (const { id } of active) await fetchReceipts({ api, store, self: session.account }, id);
};
