import { useRef } from 'react';
import type { ConversationView } from '../../engine/views.ts';
import { useEngine } from '../../state/use-kith.ts';
import { Button } from '../../ui/button.tsx';
import { useCopy } from '../../ui/use-copy.ts';
import { useToastErrors } from '../../ui/use-toast-errors.ts';

export interface ClosedComposerProps {
  readonly conversation: ConversationView;
  /** Why nothing can be written here, in a sentence. */
  readonly children: string;
}

/** Where one may not write, perhaps since a moment ago: what one was writing stays until its writer decides. */
export const ClosedComposer = ({ conversation, children }: ClosedComposerProps) => {
  const { id, draft } = conversation;
  const engine = useEngine();
  const copy = useCopy();
  const toastErrors = useToastErrors();
  const reasonRef = useRef<HTMLParagraphElement>(null);
  const discard = () => {
    toastErrors(engine.saveDraft(id, ''));
    reasonRef.current?.focus(); // the button goes with the text
  };
  return (
    <section aria-label="Composer" className="bottom-safe mx-auto w-full max-w-3xl shrink-0 px-3 pt-1">
      <p
        ref={reasonRef}
        role="status"
        tabIndex={-1}
        className="px-2 py-3 text-center text-muted text-small outline-none"
      >
        {children}
      </p>
      {draft !== null && (
        <div className="mb-2 flex flex-col gap-1 rounded-2xl bg-sunken px-4 pt-3 pb-1">
          <p className="text-muted text-small">Not sent. Only this device has it:</p>
          <p dir="auto" className="max-h-32 overflow-y-auto whitespace-pre-wrap break-words">
            {draft}
          </p>
          <div className="-mx-3 flex flex-wrap justify-end">
            <Button look="quiet" className="px-3 text-small" onClick={() => void copy(draft)}>
              Copy text
            </Button>
            <Button look="quiet-danger" className="px-3 text-small" onClick={discard}>
              Discard
            </Button>
          </div>
        </div>
      )}
    </section>
  );
};
