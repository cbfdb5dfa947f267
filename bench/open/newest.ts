/**
 * Run cold by the bench: opens a profile, reads the newest 50 of its largest conversation, prints how long each took,
 * in ms. No Yjs document is read: the engine itself is not even started.
 */
import { createSqliteLocalStore, createViews } from '@kith/client/engine';

const profileDir = process.argv[2] ?? '';
const start = performance.now();
const store = createSqliteLocalStore({ profileDir, subtle: crypto.subtle });
const openedAt = performance.now();
const views = createViews(store);
const [conversation] = await views.conversations().get();
const listedAt = performance.now();
if (conversation === undefined) throw new Error(`no conversation in ${profileDir}`);
const timeline = await views.timeline(conversation.id, 50).get();
const end = performance.now();
const line = {
  openMs: openedAt - start,
  listMs: listedAt - openedAt,
  newestMs: end - listedAt,
  items: timeline.items.length,
};
process.stdout.write(`${JSON.stringify(line)}\n`);
await store.close();
