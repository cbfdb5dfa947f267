/** No file of ours grows past what one can hold in mind. [GATE-2] */
import type { Finding, SourceFile } from './source-files.ts';

const MAX_LINES = 300;

/** Tables and generated files, each with its reason. */
const EXCEPTED: ReadonlyMap<string, string> = new Map();

export const findLongFiles = (
  files: readonly SourceFile[],
  excepted: ReadonlyMap<string, string> = EXCEPTED,
): Finding[] =>
  files.flatMap(({ path, text }) => {
    const lines = text.split('\n').length - 1;
    return lines > MAX_LINES && !excepted.has(path)
      ? [{ path, message: `has ${lines} lines, more than ${MAX_LINES}: it holds more than one idea` }]
      : [];
  });
