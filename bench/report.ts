/**
 * How a bench ends: a table for people, one line of JSON for machines, and the same kept under `bench/results/` with its
 * date. Figures are medians of at least five runs. [BENCH-1]
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { availableParallelism, cpus, totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';

export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** What the issue asks for; whether more or less is better is in the name. Null: none. */
  readonly goal: number | null;
  /** The same of what it is compared with, from the same run. Null: nothing to compare with. */
  readonly baseline: number | null;
}

export interface BenchResult {
  readonly bench: string;
  readonly machine: string;
  readonly figures: readonly Figure[];
}

const RESULTS = fileURLToPath(new URL('results/', import.meta.url));

/** Prints and keeps the figures. A second run on one day replaces the first. */
export const reportFigures = async (bench: string, figures: readonly Figure[]): Promise<void> => {
  const result: BenchResult = { bench, machine: describeMachine(), figures };
  await mkdir(RESULTS, { recursive: true });
  await writeFile(
    `${RESULTS}${new Date().toISOString().slice(0, 10)}-${bench}.json`,
    `${JSON.stringify(result, null, 2)}\n`,
  );
  console.log(`\n${formatTable(figures)}\n\n${JSON.stringify(result)}`);
};

const describeMachine = (): string =>
  `${availableParallelism()} × ${cpus()[0]?.model.trim() ?? 'unknown'}, ${Math.round(totalmem() / 2 ** 30)} GB, ` +
  `${process.platform} ${process.arch}, Node ${process.versions.node}`;

const COLUMNS = ['figure', 'value', 'unit', 'goal', 'baseline'] as const;

export const formatTable = (figures: readonly Figure[]): string => {
  const rows = [
    [...COLUMNS],
    ...figures.map(({ name, value, unit, goal, baseline }) => [
      name,
      formatValue(value),
      unit,
      formatValue(goal),
      formatValue(baseline),
    ]),
  ];
  const widths = COLUMNS.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const isText = (column: number) => column === 0 || column === 2;
  return rows
    .map((row) =>
      row
        .map((cell, i) => (isText(i) ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
};

/** Three significant digits are more than a noisy machine can tell. */
const formatValue = (value: number | null): string =>
  value === null
    ? '–'
    : value >= 100
      ? Math.round(value).toLocaleString('en-US')
      : String(Number(value.toPrecision(3)));
