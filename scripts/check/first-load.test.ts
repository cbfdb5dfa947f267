import { describe, expect, it } from 'vitest';
import { firstLoadOf } from './first-load.mjs';
import { withPlanted } from './planted.ts';

const HTML =
  '<script type="module" crossorigin src="/assets/index-1.js"></script><link rel="stylesheet" href="/assets/index-2.css">';

describe('firstLoadOf', () => {
  it('[GATE-6] counts what is imported at once, and not what is loaded later', async () => {
    const files = {
      'index.html': HTML,
      'assets/index-1.js': 'import{a}from"./shared-3.js";import"./side-4.js";const l=()=>import("./later-5.js");',
      'assets/index-2.css': '',
      'assets/shared-3.js': 'import{b}from"./deep-6.js";',
      'assets/side-4.js': '',
      'assets/later-5.js': '',
      'assets/deep-6.js': '',
      'assets/worker-7.js': 'import{b}from"./deep-6.js";',
    };
    const { page, worker } = await withPlanted(files, firstLoadOf);
    expect([...page].sort()).toEqual(
      ['deep-6.js', 'index-1.js', 'index-2.css', 'shared-3.js', 'side-4.js'].map((file) => `assets/${file}`),
    );
    expect(worker).toEqual(['assets/worker-7.js', 'assets/deep-6.js']);
  });

  it('[GATE-6] a build without a worker is not taken for a small one', async () => {
    const files = { 'index.html': HTML, 'assets/index-1.js': '', 'assets/index-2.css': '' };
    await expect(withPlanted(files, firstLoadOf)).rejects.toThrow('no worker');
  });
});
