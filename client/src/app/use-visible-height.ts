import { useEffect } from 'react';

/** Where the on-screen keyboard covers the page instead of making it smaller (iOS), the layout follows what is seen. */
export const useVisibleHeight = (): void => {
  useEffect(() => {
    const viewport = window.visualViewport;
    if (!viewport) return;
    const follow = () => {
      // Pinch zoom shrinks the visual viewport, too: then the layout stays.
      if (viewport.scale !== 1) return;
      const { style } = document.documentElement;
      const isCovered = viewport.height < window.innerHeight - 1;
      // Changing it styles the whole page anew: not in the first frame, in which no keyboard is there yet.
      if (!isCovered) return void style.removeProperty('--visible-height');
      style.setProperty('--visible-height', `${Math.round(viewport.height)}px`);
      window.scrollTo(0, 0);
    };
    viewport.addEventListener('resize', follow);
    return () => viewport.removeEventListener('resize', follow);
  }, []);
};
