/** Lines of a JSONL file as an import takes them; what cannot be read is named by its number. [IMP-4] */
import * as v from 'valibot';
import type { ImportLine } from './imported-events.ts';

export type ReadLine =
  | { readonly ok: true; readonly value: ImportLine }
  | { readonly ok: false; readonly error: { readonly type: 'line'; readonly line: number; readonly detail: string } };

const MAX_LINE_LENGTH = 4_000_000;

const LineSchema = v.object({
  at: v.pipe(v.string(), v.isoTimestamp('at: a time such as 2004-12-25T09:14:00.000Z')),
  author: v.pipe(v.string(), v.minLength(1, 'author: empty')),
  text: v.pipe(v.string(), v.minLength(1, 'text: empty')),
});

export const readLine = (text: string, line: number): ReadLine => {
  if (text.length > MAX_LINE_LENGTH) return broken(line, 'too long');
  const json = parseJson(text);
  if (json === undefined) return broken(line, 'not JSON');
  const parsed = v.safeParse(LineSchema, json);
  if (!parsed.success) return broken(line, parsed.issues[0].message);
  const at = Date.parse(parsed.output.at);
  if (!Number.isSafeInteger(at)) return broken(line, 'at: no such time');
  const { author, text: message } = parsed.output;
  return { ok: true, value: { line, at, author: author.toWellFormed(), text: message.toWellFormed() } };
};

const broken = (line: number, detail: string): ReadLine => ({ ok: false, error: { type: 'line', line, detail } });

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // named by the caller with the line's number
  }
};
