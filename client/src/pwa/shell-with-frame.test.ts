import { expect, test } from 'vitest';
import { shellWithFrame } from './shell-with-frame.ts';
import { sampleFrame } from './test/sample-frame.ts';

const SHELL = `<!doctype html>
<html lang="en">
  <head><script type="module" crossorigin src="/assets/index-a1.js"></script></head>
  <body><div id="root"></div><noscript>…</noscript></body>
</html>`;

test('[PWA-6] a frame stands in the root, to the letter, whatever is in it', () => {
  const traps = ['$&', '$`', "$'", '$1$$', '</div></div>', '<div id="root"></div>', '&lt;script&gt;', '\\', '<html'];
  for (const html of traps)
    expect(shellWithFrame(SHELL, sampleFrame({ html, theme: 'dark' }))).toBe(
      SHELL.split('<html').join('<html data-theme="dark"').split('<div id="root">').join(`<div id="root">${html}`),
    );
});

test('[PWA-6] the person’s choice of light or dark holds before any script has run', () => {
  expect(shellWithFrame(SHELL, sampleFrame({ theme: 'light' }))).toContain('<html data-theme="light" lang="en">');
  expect(shellWithFrame(SHELL, sampleFrame({ theme: 'system' }))).toContain('<html lang="en">');
});

test('[PWA-6] a frame of another build is not put into the page', () => {
  expect(shellWithFrame(SHELL, sampleFrame({ build: '/assets/index-b2.js' }))).toBeNull();
  expect(shellWithFrame(SHELL, sampleFrame({ build: '' }))).toBeNull();
});

test('[PWA-6] a page that has no empty root, or two, is left alone', () => {
  expect(shellWithFrame(SHELL.replace('id="root"', 'id="app"'), sampleFrame())).toBeNull();
  expect(shellWithFrame(SHELL + SHELL, sampleFrame())).toBeNull();
});
