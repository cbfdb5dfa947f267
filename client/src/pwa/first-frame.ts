/**
 * What the app showed last, kept on the device as HTML: the service worker puts it into the shell, so that a cold start
 * shows messages before any script has run. Known to page and service worker alike. [PWA-6]
 */
/** As in `state/theme.ts`, which knows things of the page. */
const THEMES = ['system', 'light', 'dark'] as const;

export interface FirstFrame {
  /** Of the address at which it was shown. */
  readonly path: string;
  /** Path of the build's first script: another build would not show it like this. */
  readonly build: string;
  /** See `dayOf`: what says "Today" is wrong tomorrow. */
  readonly day: string;
  readonly theme: (typeof THEMES)[number];
  /** React's own output, and nothing else. */
  readonly html: string;
}

/** A cache of its own, with one entry. */
export const FRAME_CACHE = 'kith-first-frame';
export const FRAME_KEY = '/first-frame';

/** Reading more would take longer than it saves. */
const MOST_CHARACTERS = 300_000;

export const isSmallEnough = ({ html }: FirstFrame): boolean => html.length <= MOST_CHARACTERS;

/** Equal for times of one calendar day where the device is. */
export const dayOf = (now: Date): string => [now.getFullYear(), now.getMonth() + 1, now.getDate()].join('-');

/** Null for anything but what a page of ours kept. */
export const parseFirstFrame = (text: string): FirstFrame | null => {
  const kept = parseJson(text);
  if (typeof kept !== 'object' || kept === null) return null;
  if (!('path' in kept && 'build' in kept && 'day' in kept && 'theme' in kept && 'html' in kept)) return null;
  const { path, build, day, html } = kept;
  const theme = THEMES.find((name) => name === kept.theme);
  if (typeof path !== 'string' || typeof build !== 'string' || typeof day !== 'string') return null;
  if (theme === undefined || typeof html !== 'string') return null;
  const frame = { path, build, day, theme, html };
  return isSmallEnough(frame) ? frame : null;
};

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return null; // cut off: as good as none
  }
};
