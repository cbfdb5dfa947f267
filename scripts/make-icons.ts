/**
 * Makes the PNG icons from `client/public/favicon.svg` by way of a browser. Run it after the SVG changed, and commit the result:
 * `node scripts/make-icons.ts`.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { chromium } from '@playwright/test';

const folder = fileURLToPath(new URL('../client/public/', import.meta.url));
const svg = await readFile(`${folder}favicon.svg`, 'utf8');
/** Launchers cut maskable icons to any shape within the middle 80 %: full-bleed ground, smaller sign. */
const maskable = svg.replace('rx="116" ', '').replace(/(<path[\s\S]*\/>)\s*<\/svg>/, (_all, sign: string) => {
  return `<g transform="translate(64 64) scale(0.75)">${sign}</g></svg>`;
});

const browser = await chromium.launch({
  executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu'],
});
const draw = async (file: string, source: string, size: number): Promise<void> => {
  const page = await browser.newPage({ viewport: { width: size, height: size } });
  await page.setContent(`<style>body{margin:0}svg{display:block;width:${size}px;height:${size}px}</style>${source}`);
  await writeFile(`${folder}icons/${file}`, await page.screenshot({ omitBackground: true }));
  await page.close();
};
await mkdir(`${folder}icons`, { recursive: true });
await draw('icon-192.png', svg, 192);
await draw('icon-512.png', svg, 512);
await draw('maskable-512.png', maskable, 512);
await browser.close();
