import { useEffect } from 'react';

/** Escape goes one step out. Open dialogs and menus take the key for themselves. */
export const useEscape = (out: (() => void) | null): void => {
  useEffect(() => {
    if (out === null) return;
    const handleKey = (event: KeyboardEvent) => {
      if (event.key !== 'Escape' || event.defaultPrevented || event.isComposing) return;
      if (document.querySelector('dialog[open], :popover-open') !== null) return;
      out();
    };
    window.addEventListener('keydown', handleKey);
    return () => window.removeEventListener('keydown', handleKey);
  }, [out]);
};
