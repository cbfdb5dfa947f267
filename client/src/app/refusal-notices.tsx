import { useAtomValue } from 'jotai';
import type { RefusalView } from '../engine/views.ts';
import { useKith } from '../state/use-kith.ts';
import { Button } from '../ui/button.tsx';
import { refusalReason } from '../ui/error-sentence.ts';
import { useCopy } from '../ui/use-copy.ts';
import { useToastErrors } from '../ui/use-toast-errors.ts';

/** What the server refused of what one did to conversations: on every screen, until it is put away. [UI-28] */
export const RefusalNotices = () => {
  const refusals = useAtomValue(useKith().refusalsAtom) ?? [];
  return (
    <div role="status" aria-label="Refused" className="flex max-h-[40%] shrink-0 flex-col overflow-y-auto">
      {refusals.map((refusal) => (
        <RefusalNotice key={refusal.position} refusal={refusal} />
      ))}
    </div>
  );
};

const RefusalNotice = ({ refusal }: { readonly refusal: RefusalView }) => {
  const { engine } = useKith();
  const copy = useCopy();
  const toastErrors = useToastErrors();
  const { conversation, position, what, wrote, code } = refusal;
  const dismiss = () => toastErrors(engine.dismissRefusal(position));
  const tryAgain = (title: string) =>
    toastErrors(engine.renameConversation(conversation, title).then(() => engine.dismissRefusal(position)));
  return (
    <div className="flex flex-wrap items-center justify-center gap-x-2 border-line border-b bg-danger-soft px-4 py-1 text-small">
      <p className="min-w-0 break-words py-1 text-danger">
        <WhatWasRefused refusal={refusal} /> {refusalReason(code)}
      </p>
      <span className="flex flex-wrap justify-center">
        {wrote && (
          <Button className="my-0.5 mr-2 px-3 text-small" onClick={() => void copy(wrote)}>
            Copy the name
          </Button>
        )}
        {wrote && what === 'rename' && (
          <Button className="my-0.5 mr-2 px-3 text-small" onClick={() => tryAgain(wrote)}>
            Try again
          </Button>
        )}
        <Button className="my-0.5 px-3 text-small" onClick={dismiss}>
          Dismiss
        </Button>
      </span>
    </div>
  );
};

const WhatWasRefused = ({ refusal: { what, title, wrote } }: { readonly refusal: RefusalView }) => {
  const named = title ? <bdi className="font-medium">“{title}”</bdi> : 'The conversation';
  const written = wrote ? <bdi className="font-medium">“{wrote}”</bdi> : 'The conversation';
  switch (what) {
    case 'create':
      return <>{written} was not made.</>;
    case 'rename':
      return (
        <>
          {named} was not renamed to {written}.
        </>
      );
    case 'leave':
      return <>You are still in {title ? named : 'the conversation'}: leaving it was refused.</>;
  }
};
