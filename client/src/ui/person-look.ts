/** How a person or a conversation looks until there is a picture: two letters, and a colour that stays theirs. [UI-5] */

/**
 * Hues apart enough to be told from each other, each with its rule `[data-hue]` in `styles.css`. Lightness and chroma are
 * the theme's, so contrast holds for each.
 */
export const HUES = [25, 55, 85, 120, 150, 180, 210, 240, 270, 300, 330, 355] as const;

/** FNV-1a over the text: equal ids look equal on every device. */
export const hueOf = (id: string): number => {
  let hash = 0x811c9dc5;
  for (let index = 0; index < id.length; index += 1) hash = Math.imul(hash ^ id.charCodeAt(index), 0x01000193);
  return HUES[(hash >>> 0) % HUES.length] ?? HUES[0];
};

/** First letters of the first and the last word; signs such as # and quotes do not count where letters follow. */
export const initialsOf = (name: string): string => {
  const words = name.split(/\s+/u).map((word) => word.replace(/^[^\p{L}\p{N}\p{Extended_Pictographic}]+/u, ''));
  const named = words.filter((word) => word !== '');
  const picked = named.length > 1 ? [named[0], named.at(-1)] : named.slice(0, 1);
  return picked.map((word) => firstLetter(word ?? '')).join('') || '?';
};

/** Two plain letters in a row: no sign joins the first. Telling letters from joined signs otherwise costs milliseconds. */
const PLAIN = /^[!-~](?:[!-~]|$)/;

const firstLetter = (word: string): string => {
  if (PLAIN.test(word)) return word.charAt(0).toLocaleUpperCase();
  for (const { segment } of new Intl.Segmenter(undefined, { granularity: 'grapheme' }).segment(word))
    return segment.toLocaleUpperCase();
  return '';
};
