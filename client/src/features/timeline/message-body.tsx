import type { Message } from '@kith/schema/fold/message';
import { memo } from 'react';
import { LinkedText } from '../../ui/linked-text.tsx';

/** What was said, or why it cannot be shown. */
export const MessageBody = memo(({ message }: { readonly message: Message }) => {
  if (message.state === 'deleted') return <span className="text-muted italic">Message deleted</span>;
  if (message.state === 'newer')
    return (
      <span className="text-muted italic">Made by a newer version of Kith. It is kept until this one can show it.</span>
    );
  return (
    <>
      <span dir="auto" className="whitespace-pre-wrap [overflow-wrap:anywhere]">
        <LinkedText text={message.text} />
      </span>
      {message.reactions.length > 0 && (
        <ul aria-label="Reactions" className="flex flex-wrap gap-1 pt-1">
          {message.reactions.map(({ emoji, accounts }) => (
            <li key={emoji} className="rounded-full bg-sunken px-2 text-small">
              {emoji} {accounts.length}
            </li>
          ))}
        </ul>
      )}
    </>
  );
});
