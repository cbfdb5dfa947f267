/** The chunks that the page loads at first: the entry, and the interface that it loads at once beside itself. */
import type { Rolldown } from 'vite';

/** Where the interface begins. */
export const INTERFACE = 'client/src/app/start.tsx';

const isFirst = ({ isEntry, facadeModuleId }: Pick<Rolldown.RenderedChunk, 'isEntry' | 'facadeModuleId'>): boolean =>
  isEntry || facadeModuleId?.endsWith(INTERFACE) === true;

/**
 * Nearly all of a first chunk runs before the first frame: V8 compiles it whole, beside the page, instead of function by
 * function while the page waits, and keeps all of it in its code cache. Other browsers read a comment. Source: V8's
 * "explicit compile hints".
 */
export const compileAtOnce = (chunk: Rolldown.RenderedChunk): string =>
  isFirst(chunk) ? '//# allFunctionsCalledOnLoad' : '';
