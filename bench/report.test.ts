import { expect, it } from 'vitest';
import { formatTable } from './report.ts';

it('[BENCH-1] the table shows value, goal and baseline beside each other, in digits that can be trusted', () => {
  expect(
    formatTable([
      { name: 'newest 50, cold', value: 12.3456, unit: 'ms', goal: 20, baseline: null },
      { name: '1→1', value: 12_345.6, unit: 'messages/s', goal: null, baseline: 23_456.7 },
    ]),
  ).toBe(
    [
      'figure            value  unit        goal  baseline',
      'newest 50, cold    12.3  ms            20         –',
      '1→1              12,346  messages/s     –    23,457',
    ].join('\n'),
  );
});
