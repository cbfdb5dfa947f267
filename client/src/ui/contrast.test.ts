import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { HUES } from './person-look.ts';
import { contrast, hexToLinear, oklchToLinear } from './test/contrast.ts';

const css = readFileSync(new URL('./styles.css', import.meta.url), 'utf8');

const token = (name: string, theme: 'light' | 'dark'): string => {
  const found = new RegExp(`--${name}: light-dark\\((#[0-9a-f]{6}), (#[0-9a-f]{6})\\);`).exec(css);
  return found?.[theme === 'light' ? 1 : 2] ?? expect.fail(`no token ${name}`);
};

const TEXT_PAIRS = [
  ['ink', ['canvas', 'side', 'raised', 'sunken', 'bubble', 'own', 'accent-soft']],
  ['muted', ['canvas', 'side', 'raised', 'sunken', 'bubble', 'own', 'accent-soft']],
  ['accent', ['canvas', 'side', 'raised', 'bubble', 'own', 'accent-soft']],
  ['danger', ['canvas', 'side', 'raised', 'own', 'danger-soft', 'accent-soft']],
  ['on-accent', ['accent', 'accent-strong']],
  ['on-danger', ['danger']],
  ['notice-ink', ['notice-soft']],
] as const;

for (const theme of ['light', 'dark'] as const) {
  test(`[UI-23] text has a contrast of 4.5 or more on everything that it stands on: ${theme}`, () => {
    for (const [ink, papers] of TEXT_PAIRS)
      for (const paper of papers) {
        const ratio = contrast(hexToLinear(token(ink, theme)), hexToLinear(token(paper, theme)));
        expect(ratio, `${ink} on ${paper}`).toBeGreaterThanOrEqual(4.5);
      }
  });

  test(`[UI-23] the edges of fields have a contrast of 3 or more: ${theme}`, () => {
    for (const paper of ['canvas', 'raised', 'side'])
      expect(contrast(hexToLinear(token('control', theme)), hexToLinear(token(paper, theme)))).toBeGreaterThanOrEqual(
        3,
      );
  });

  test(`[UI-23] initials and names are readable in the colour of every person: ${theme}`, () => {
    const at = theme === 'light' ? 0 : 1;
    const fill = personColours('background')[at] ?? expect.fail('no fill');
    const [ink, name] = [personColours('color')[at], personColours('color', 'person-ink')[at]];
    for (const hue of HUES) {
      const initials = contrast(oklchToLinear(...fill, hue), oklchToLinear(...(ink ?? fill), hue));
      expect(initials, `initials, hue ${hue}`).toBeGreaterThanOrEqual(4.5);
      for (const paper of ['bubble', 'canvas']) {
        const ratio = contrast(oklchToLinear(...(name ?? fill), hue), hexToLinear(token(paper, theme)));
        expect(ratio, `name on ${paper}, hue ${hue}`).toBeGreaterThanOrEqual(4.5);
      }
    }
  });
}

test('[UI-5] every hue has its rule', () => {
  for (const hue of HUES) expect(css).toMatch(new RegExp(`\\[data-hue="${hue}"\\] \\{\\s*--hue: ${hue};`));
});

/** Lightness and chroma, light and dark, of a property of a person's utility class. */
function personColours(property: string, utility = 'person-fill'): [number, number][] {
  const block = new RegExp(`@utility ${utility} \\{[^}]*\\}`).exec(css)?.[0] ?? '';
  const line = new RegExp(`\\b${property}: light-dark\\((.*)\\);`).exec(block)?.[1] ?? '';
  return [...line.matchAll(/oklch\(([\d.]+) ([\d.]+) var\(--hue\)\)/g)].map(([, l, c]) => [Number(l), Number(c)]);
}
