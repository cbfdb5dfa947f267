import { useEffect, useState } from 'react';
import { afterFirstPaint } from '../../engine/browser/after-first-paint.ts';

/** False until what was rendered first is on the screen. */
export const useAfterPaint = (): boolean => {
  const [isPainted, setPainted] = useState(false);
  useEffect(() => afterFirstPaint(window, () => setPainted(true), FALLBACK_MS), []);
  return isPainted;
};

/** A tab in the background paints nothing. */
const FALLBACK_MS = 250;
