import { type ReactNode, useEffect, useRef } from 'react';
import { useOneColumn, useOverlaidPanel } from '../ui/use-media-query.ts';

export interface SidePanelProps {
  readonly name: string;
  readonly onClose: () => void;
  readonly children: ReactNode;
}

/** Beside the timeline where there is room, over it or instead of it where there is not. Takes focus, gives it back. */
export const SidePanel = ({ name, onClose, children }: SidePanelProps) => {
  const ref = useRef<HTMLElement>(null);
  const overlaid = useOverlaidPanel();
  const oneColumn = useOneColumn();
  const Panel = oneColumn ? 'main' : 'aside';
  useEffect(() => {
    const before = document.activeElement;
    ref.current?.querySelector<HTMLElement>('[data-pane-title]')?.focus();
    return () => {
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, []);
  return (
    <>
      {overlaid && (
        <button
          type="button"
          tabIndex={-1}
          aria-hidden="true"
          onClick={onClose}
          className="fixed inset-0 z-10 cursor-default bg-[var(--veil)] max-sm:hidden"
        />
      )}
      <Panel
        ref={ref}
        id={oneColumn ? 'main' : undefined}
        aria-label={name}
        className="flex min-h-0 w-80 shrink-0 flex-col border-line border-l bg-side max-md:appear max-md:absolute max-md:inset-y-0 max-md:right-0 max-md:z-10 max-sm:static max-sm:w-full max-sm:border-none"
      >
        {children}
      </Panel>
    </>
  );
};
