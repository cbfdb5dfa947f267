/**
 * Finds what may become a link in a message's text. Only http and https, only addresses written out in full, never an
 * address with a user name in it (https://bank.example@evil.example); everything else stays text. [UI-9]
 */
export type TextPart =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'link'; readonly text: string; readonly href: string };

/** Stops at white space, quotes, angle brackets and characters that hide or reorder. One pass, no backtracking. */
const CANDIDATE = /https?:\/\/[^\s<>"'`\p{Cc}\p{Cf}]+/giu;
const CLOSING = new Map([
  [')', '('],
  [']', '['],
  ['}', '{'],
]);
const PUNCTUATION = new Set([...'.,:;!?*_~…。，、！？’”»']);
const MAX_LENGTH = 2_048;
const MAX_LINKS = 100;

export const parseLinks = (text: string): readonly TextPart[] => {
  const parts: TextPart[] = [];
  let from = 0;
  let links = 0;
  for (const match of text.matchAll(CANDIDATE)) {
    if (links === MAX_LINKS) break;
    if (match[0].length > MAX_LENGTH) continue;
    const before = text[match.index - 1];
    const shown = trimEnd(match[0]);
    const href = before !== undefined && /[\p{L}\p{N}]/u.test(before) ? null : safeHref(shown);
    if (href === null) continue;
    if (match.index > from) parts.push({ type: 'text', text: text.slice(from, match.index) });
    parts.push({ type: 'link', text: shown, href });
    links += 1;
    from = match.index + shown.length;
  }
  if (from < text.length || parts.length === 0) parts.push({ type: 'text', text: text.slice(from) });
  return parts;
};

/** A sentence's own punctuation after an address, and a bracket that was opened before it, are not part of it. */
const trimEnd = (candidate: string): string => {
  let end = candidate.length;
  for (; end > 0; end -= 1) {
    const last = candidate[end - 1] ?? '';
    const opening = CLOSING.get(last);
    if (opening !== undefined ? isBalanced(candidate.slice(0, end), opening, last) : !PUNCTUATION.has(last)) break;
  }
  return candidate.slice(0, end);
};

const isBalanced = (text: string, opening: string, closing: string): boolean =>
  text.split(opening).length >= text.split(closing).length;

const safeHref = (candidate: string): string | null => {
  if (!URL.canParse(candidate)) return null;
  const url = new URL(candidate);
  const plain = (url.protocol === 'http:' || url.protocol === 'https:') && url.username === '' && url.password === '';
  return plain && url.hostname !== '' ? url.href : null;
};
