import type { FirstFrame } from '../first-frame.ts';

export const sampleFrame = (changes: Partial<FirstFrame> = {}): FirstFrame => ({
  path: '/c/room',
  build: '/assets/index-a1.js',
  day: '2026-11-28',
  theme: 'system',
  html: '<div inert="">said</div>',
  ...changes,
});
