import { useCallback, useSyncExternalStore } from 'react';

export const useMediaQuery = (query: string): boolean => {
  const subscribe = useCallback(
    (listener: () => void) => {
      const media = window.matchMedia(query);
      media.addEventListener('change', listener);
      return () => media.removeEventListener('change', listener);
    },
    [query],
  );
  const matches = () => window.matchMedia(query).matches;
  // A still picture of the page is drawn in the page itself: what matches here holds for it, too.
  return useSyncExternalStore(subscribe, matches, matches);
};

/** One column at a time. */
export const useOneColumn = (): boolean => useMediaQuery('(width < 640px)');

/** The panel lies over the timeline. */
export const useOverlaidPanel = (): boolean => useMediaQuery('(width < 900px)');
