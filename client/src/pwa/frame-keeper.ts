/** The page's side of the kept frame: one after the other, so that what is forgotten stays forgotten. [PWA-7] */
import { type FirstFrame, FRAME_CACHE, FRAME_KEY, isSmallEnough } from './first-frame.ts';

export interface FrameKeeper {
  /** In the place of the one before. */
  keep(frame: FirstFrame): Promise<void>;
  forget(): Promise<void>;
}

/** `caches` is missing where the browser does not trust the address: there is no service worker either. */
export const createFrameKeeper = (caches: CacheStorage | undefined): FrameKeeper => {
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = (run: (caches: CacheStorage) => Promise<unknown>): Promise<void> => {
    const done = last.then(async () => {
      if (caches !== undefined) await run(caches);
    });
    last = done.catch(() => undefined); // told to whoever asked for it
    return done;
  };
  const forget = (): Promise<void> => inTurn((all) => all.delete(FRAME_CACHE));
  return {
    keep: (frame) =>
      isSmallEnough(frame)
        ? inTurn(async (all) => (await all.open(FRAME_CACHE)).put(FRAME_KEY, new Response(JSON.stringify(frame))))
        : forget(),
    forget,
  };
};
