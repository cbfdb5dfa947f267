/**
 * What a backup holds, as lines of JSON: a header, records of both stores, after each group of them its hash, and at the
 * end how many there were with the hash of everything before. See docs/handbook/backup.md. [BAK-4]
 */
import { createHash, type Hash } from 'node:crypto';
import * as v from 'valibot';
import { decodeRecord, encodeRecord } from '../store/record-lines.ts';
import type { StoreRecord } from '../store/store-records.ts';
import { BackupFileError } from './backup-file-error.ts';

const GROUP_RECORDS = 1_000;
const FORMAT = 1;

const Header = v.object({
  kith: v.literal('backup'),
  format: v.number(),
  createdAt: v.string(),
  /** Of the Kith that wrote it. */
  version: v.string(),
  journals: v.number(),
  conversations: v.number(),
  accounts: v.number(),
});
const HashLine = v.object({ hash: v.object({ records: v.number(), sha256: v.string() }) });
const EndLine = v.object({ end: v.object({ records: v.number(), sha256: v.string() }) });

export type BackupHeader = v.InferOutput<typeof Header>;

export const encodeBackup = async function* (
  header: Omit<BackupHeader, 'kith' | 'format'>,
  records: AsyncIterable<StoreRecord>,
): AsyncGenerator<string> {
  const whole = createHash('sha256');
  let group = createHash('sha256');
  let [count, inGroup] = [0, 0];
  const line = (value: string): string => {
    whole.update(`${value}\n`);
    return `${value}\n`;
  };
  const endGroup = (): string => {
    const text = JSON.stringify({ hash: { records: inGroup, sha256: group.digest('hex') } });
    [group, inGroup] = [createHash('sha256'), 0];
    return line(text);
  };
  yield line(JSON.stringify({ kith: 'backup', format: FORMAT, ...header }));
  for await (const record of records) {
    const text = encodeRecord(record);
    group.update(`${text}\n`);
    [count, inGroup] = [count + 1, inGroup + 1];
    yield line(text);
    if (inGroup === GROUP_RECORDS || isGroupEnd(record)) yield endGroup();
  }
  if (inGroup > 0) yield endGroup();
  yield `${JSON.stringify({ end: { records: count, sha256: whole.digest('hex') } })}\n`;
};

/** A journal is a group of its own, if it is not too large. */
const isGroupEnd = (record: StoreRecord): boolean => 'documents' in record && record.documents.type === 'journal';

export interface DecodedBackup {
  readonly header: BackupHeader;
  /** To be read to the end: only then is all of it known to be right. */
  readonly records: AsyncIterable<StoreRecord>;
}

/** @throws BackupFileError, also from `records`, that names the line which is not as it was written. */
export const decodeBackup = async (lines: AsyncIterable<Buffer>): Promise<DecodedBackup> => {
  const each = lines[Symbol.asyncIterator]();
  const first = await each.next();
  const whole = createHash('sha256');
  const header = parseHeader(first.done === true ? '' : first.value.toString('utf8'));
  whole.update(`${first.value}\n`);
  return { header, records: decodeRecords({ [Symbol.asyncIterator]: () => each }, whole) };
};

const parseHeader = (text: string): BackupHeader => {
  const header = v.safeParse(Header, parseJson(text, 1));
  if (!header.success) throw new BackupFileError('it is no backup');
  const { format, version } = header.output;
  if (format === FORMAT) return header.output;
  throw new BackupFileError(`it has format ${format}; this Kith reads ${FORMAT}. Use Kith ${version} or later`);
};

const decodeRecords = async function* (lines: AsyncIterable<Buffer>, whole: Hash): AsyncGenerator<StoreRecord> {
  let group = createHash('sha256');
  let [count, inGroup, number, isEnded] = [0, 0, 1, false];
  for await (const line of lines) {
    number++;
    if (isEnded) throw new BackupFileError(`line ${number} comes after the end`);
    const text = line.toString('utf8');
    if (text.startsWith('{"end":')) {
      checkHash(v.parse(EndLine, parseJson(text, number)).end, { records: count, hash: whole, number });
      isEnded = true;
      continue;
    }
    whole.update(`${text}\n`);
    if (text.startsWith('{"hash":')) {
      checkHash(v.parse(HashLine, parseJson(text, number)).hash, { records: inGroup, hash: group, number });
      [group, inGroup] = [createHash('sha256'), 0];
      continue;
    }
    if (!/^\{"(?:accounts|documents)":/.test(text))
      throw new BackupFileError(`line ${number} is of a kind that this Kith does not know`);
    group.update(`${text}\n`);
    [count, inGroup] = [count + 1, inGroup + 1];
    yield decodeLine(text, number);
  }
  if (!isEnded) throw new BackupFileError(`it is cut off after line ${number}`);
};

const checkHash = (
  said: { readonly records: number; readonly sha256: string },
  found: { readonly records: number; readonly hash: Hash; readonly number: number },
): void => {
  if (said.records === found.records && said.sha256 === found.hash.digest('hex')) return;
  throw new BackupFileError(`what stands before line ${found.number} is not what was written`);
};

const parseJson = (text: string, number: number): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    throw new BackupFileError(number === 1 ? 'it is no backup' : `line ${number} is damaged`);
  }
};

const decodeLine = (text: string, number: number): StoreRecord => {
  try {
    return decodeRecord(text);
  } catch {
    throw new BackupFileError(`line ${number} is damaged`);
  }
};
