/** `EngineLog` into the browser's console: for whoever opens the developer tools; nothing is sent anywhere. */
import type { EngineLog } from '../engine-deps.ts';

export const createConsoleLog =
  (console: Pick<Console, 'info' | 'warn' | 'error'>): EngineLog =>
  (level, message, fields) =>
    console[level](`[kith] ${message}`, ...(fields === undefined ? [] : [fields]));
