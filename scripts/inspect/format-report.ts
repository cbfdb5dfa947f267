/** The figures of a document for people. */
import type { DocumentReport, JournalPosition, Segment } from '@kith/sync-server';

export interface Inspected extends DocumentReport {
  readonly document: string;
  readonly journal: JournalPosition;
  /** Of the conversation; none for an account's document. */
  readonly segments: readonly Segment[];
}

export const formatReport = (report: Inspected): string => {
  const { document, journal, snapshot, rows, roots, logs, clients, tombstones, segments } = report;
  return [
    document,
    `journal      ${count(journal.lastArrival, 'arrival')}, the last of an event ${journal.lastEventArrival}, incarnation ${journal.incarnation}`,
    `folded       ${snapshot === null ? 'never' : `up to arrival ${snapshot.upto}, ${bytes(snapshot.bytes)}`}`,
    `rows since   ${rows.count === 0 ? 'none' : `${rows.count}, ${bytes(rows.bytes)}, the last of ${time(rows.lastReceivedAt)}`}`,
    `deleted      ${count(tombstones.placed, 'unit')} in place, ${tombstones.collected} collected`,
    ...section(
      'roots',
      roots,
      ({ name, entries, keys }) => `${name}  ${count(entries, 'entry')}, ${count(keys, 'key')}`,
    ),
    ...section(
      'logs',
      logs,
      (log) =>
        `${log.account}/${log.device}  ${count(log.events, 'event')}, ${bytes(log.bytes)}: ${kinds(log.kinds)}; ` +
        `${time(log.firstMs)} to ${time(log.lastMs)}`,
    ),
    ...section(
      'client ids',
      clients,
      ({ clientId, owner, structs, units }) =>
        `${clientId}  ${ownerText(owner)}  ${count(structs, 'struct')}, ${count(units, 'unit')}`,
    ),
    ...section(
      'segments',
      segments,
      ({ n, importer, closed }) =>
        `${n}  ${closed === null ? 'open' : `closed ${time(closed.closedAt)} with ${count(closed.events, 'event')}`}` +
        `${importer === null ? '' : `, import of ${importer}`}`,
    ),
  ].join('\n');
};

const section = <T>(title: string, items: readonly T[], line: (item: T) => string): string[] =>
  items.length === 0 ? [] : ['', `${title} (${items.length})`, ...items.map((item) => `  ${line(item)}`)];

const PLURALS: Readonly<Record<string, string>> = { entry: 'entries' };
const count = (n: number, what: string): string => `${n} ${n === 1 ? what : (PLURALS[what] ?? `${what}s`)}`;
const bytes = (n: number): string => (n < 10_000 ? count(n, 'byte') : `${(n / 1_000).toFixed(1)} kB`);
const time = (ms: number | null): string => (ms === null ? '–' : new Date(ms).toISOString());

const kinds = (counts: Readonly<Record<string, number>>): string =>
  Object.entries(counts)
    .map(([kind, n]) => `${n} ${kind}`)
    .join(', ') || 'none';

const ownerText = (owner: DocumentReport['clients'][number]['owner']): string =>
  owner === null ? 'of nobody known' : owner.device === null ? 'the server' : `${owner.account}/${owner.device}`;
