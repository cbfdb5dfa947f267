import { X } from 'lucide-react';
import { type MouseEvent, type ReactNode, useEffect, useId, useRef } from 'react';
import { IconButton } from './icon-button.tsx';

export interface DialogProps {
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ReactNode;
  /** What one can do, at the bottom, the main thing last. */
  readonly actions?: ReactNode;
}

/**
 * Modal for as long as it is mounted. Escape, the cross and a click beside it close it; focus goes to the element
 * marked `data-autofocus`, else to the title, and back to where it was.
 */
export const Dialog = ({ title, onClose, children, actions }: DialogProps) => {
  const titleId = useId();
  const ref = useRef<HTMLDialogElement>(null);
  const titleRef = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    const dialog = ref.current;
    const before = document.activeElement;
    if (dialog !== null && !dialog.open) dialog.showModal();
    (dialog?.querySelector<HTMLElement>('[data-autofocus]') ?? titleRef.current)?.focus();
    return () => {
      dialog?.close();
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, []);
  const closeFromBeside = (event: MouseEvent<HTMLDialogElement>) => {
    if (event.target === event.currentTarget) onClose();
  };
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape is the key for it, and the dialog has it by itself
    <dialog
      ref={ref}
      aria-labelledby={titleId}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onClick={closeFromBeside}
      className="appear m-auto max-h-[calc(100dvh-2rem)] w-[min(28rem,calc(100vw-2rem))] rounded-2xl bg-raised text-ink shadow-raised"
    >
      <div className="flex flex-col">
        <header className="flex items-center justify-between gap-2 py-2 pr-2 pl-5">
          <h2 ref={titleRef} id={titleId} tabIndex={-1} className="outline-none font-semibold text-title">
            {title}
          </h2>
          <IconButton icon={X} name="Close" onClick={onClose} />
        </header>
        <div className="flex flex-col gap-4 px-5 pb-5">{children}</div>
        {actions && <footer className="flex flex-wrap justify-end gap-2 px-5 pb-5">{actions}</footer>}
      </div>
    </dialog>
  );
};
