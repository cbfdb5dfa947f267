/** Puts a frame into the page's HTML, where it is one of that build. Pure. [PWA-6] */
import type { FirstFrame } from './first-frame.ts';

const ROOT = '<div id="root">';
const EMPTY_ROOT = `${ROOT}</div>`;
const HTML = '<html';

/** Null where the frame is of another build, or the page is not the one that is known here. */
export const shellWithFrame = (shell: string, { build, theme, html }: FirstFrame): string | null => {
  const [head, tail, ...more] = shell.split(EMPTY_ROOT);
  if (head === undefined || tail === undefined || more.length > 0) return null;
  if (!shell.includes(` src="${build}"`)) return null;
  return `${withTheme(head, theme)}${ROOT}${html}</div>${tail}`;
};

/** As the page's own script does it later. */
const withTheme = (head: string, theme: FirstFrame['theme']): string =>
  theme === 'system' ? head : head.replace(HTML, `${HTML} data-theme="${theme}"`);
