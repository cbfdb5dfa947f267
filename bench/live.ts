/**
 * How long what a peer says takes to the open timeline of another tab while 20,000 messages of older history come onto
 * the device: from its turn at the projector to the list that is told of it. `BENCH_SHOWN`: how much is shown above it.
 */

import { openTabs } from '../client/src/engine/browser/test/open-tabs.ts';
import type { LiveBench } from '../client/src/engine/browser/test/pages/live-page.ts';
import { reportFigures } from './report.ts';
import { median } from './statistics.ts';

const SHOWN = Number(process.env['BENCH_SHOWN'] ?? 3_000);
const HISTORY = 20_000;
const EVERY_MS = 300;

type BenchPage = { readonly bench: LiveBench };

const tabs = await openTabs('live-page.ts');
try {
  const [writer, reader] = [await tabs.openTab(), await tabs.openTab()];
  await writer.evaluate((count) => (globalThis as unknown as BenchPage).bench.fill(count), SHOWN);
  await reader.evaluate((count) => (globalThis as unknown as BenchPage).bench.show(count), SHOWN);
  const began = performance.now();
  const said = await writer.evaluate(
    ([count, everyMs]) => (globalThis as unknown as BenchPage).bench.bringHistory(count, everyMs),
    [HISTORY, EVERY_MS] as const,
  );
  const historyMs = performance.now() - began;
  const last = said.at(-1)?.[0] ?? '';
  await reader.waitForFunction(
    (id) => (globalThis as unknown as BenchPage).bench.shownAt().some(([shown]) => shown === id),
    last,
  );
  const shownAt = new Map(await reader.evaluate(() => (globalThis as unknown as BenchPage).bench.shownAt()));
  const delays = said
    .flatMap(([id, at]) => (shownAt.has(id) ? [(shownAt.get(id) ?? 0) - at] : []))
    .sort((a, b) => a - b);
  await reportFigures('live', [
    {
      name: `a peer's message, ${SHOWN} shown above, ${HISTORY} coming in: median of ${delays.length}`,
      value: median(delays),
      unit: 'ms',
      goal: 300,
      baseline: null,
    },
    { name: 'the slowest of them', value: delays.at(-1) ?? 0, unit: 'ms', goal: null, baseline: null },
    { name: `${HISTORY} messages projected meanwhile`, value: historyMs / 1000, unit: 's', goal: null, baseline: null },
  ]);
} finally {
  await tabs.close();
}
