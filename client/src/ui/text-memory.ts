/**
 * What formatters said before, kept on this device in their order of use: the first formatter that a page makes costs as
 * much as a whole frame, and the first frame mostly says what the last one said. Holds times, dates and numbers only.
 */
export interface TextMemory {
  /** The text under this key; made, and kept for the next page, when it is new. */
  recall(key: string, make: () => string): string;
}

export interface TextMemoryDeps {
  readonly storage: Pick<Storage, 'getItem' | 'setItem'>;
  /** Texts of another language are forgotten. */
  readonly locale: string;
  /** Runs what can wait. */
  readonly later: (run: () => void) => void;
}

const NAME = 'kith:texts';
const MOST = 400;

export const createTextMemory = ({ storage, locale, later }: TextMemoryDeps): TextMemory => {
  const texts = read(storage, locale);
  let isSaving = false;
  const save = (): void => {
    isSaving = false;
    const kept = [...texts].slice(-MOST);
    try {
      storage.setItem(NAME, JSON.stringify({ locale, texts: kept }));
    } catch {
      // a full or forbidden storage: the next page makes its formatters itself
    }
  };
  return {
    recall: (key, make) => {
      const known = texts.get(key);
      if (known !== undefined) return known;
      const text = make();
      texts.set(key, text);
      if (!isSaving) later(save);
      isSaving = true;
      return text;
    },
  };
};

/** Anything else than what `save` wrote counts as nothing. */
const read = (storage: TextMemoryDeps['storage'], locale: string): Map<string, string> => {
  try {
    const kept: unknown = JSON.parse(storage.getItem(NAME) ?? 'null');
    if (typeof kept !== 'object' || kept === null || !('texts' in kept && 'locale' in kept)) return new Map();
    if (kept.locale !== locale || !Array.isArray(kept.texts)) return new Map();
    return new Map(kept.texts.slice(-MOST).filter(isEntry));
  } catch {
    return new Map();
  }
};

const isEntry = (entry: unknown): entry is [string, string] =>
  Array.isArray(entry) && entry.length === 2 && entry.every((part) => typeof part === 'string' && part.length < 100);
