import { can } from '@kith/schema/policy/can';
import { SendHorizontal } from 'lucide-react';
import { type FormEvent, type KeyboardEvent, useEffect, useMemo, useRef, useState } from 'react';
import { afterFirstPaint } from '../../engine/browser/after-first-paint.ts';
import type { ConversationView } from '../../engine/views.ts';
import { useEngine } from '../../state/use-kith.ts';
import { Banner } from '../../ui/banner.tsx';
import { errorSentence } from '../../ui/error-sentence.ts';
import { IconButton } from '../../ui/icon-button.tsx';
import { useTimeFormat } from '../../ui/time-context.ts';
import { useMediaQuery } from '../../ui/use-media-query.ts';
import { ClosedComposer } from './closed-composer.tsx';
import { afterSent, canSend, isSendKey, tooManyCharacters } from './composer-rules.ts';
import { SlowLine } from './slow-line.tsx';
import { createTypingSignal } from './typing-signal.ts';
import { useDraft } from './use-draft.ts';
import { useGrow } from './use-grow.ts';

/** Mounted once per conversation (by key): its text begins with the draft and is the person's from then on. */
export const Composer = ({ conversation }: { readonly conversation: ConversationView }) => {
  if (conversation.state === 'left' || conversation.role === null)
    return (
      <ClosedComposer conversation={conversation}>
        You are no longer in this conversation. What was said until then stays here.
      </ClosedComposer>
    );
  if (!can(conversation.role, 'write'))
    return <ClosedComposer conversation={conversation}>You may read here, but not write.</ClosedComposer>;
  return <OpenComposer conversation={conversation} />;
};

const OpenComposer = ({ conversation }: { readonly conversation: ConversationView }) => {
  const { id } = conversation;
  const engine = useEngine();
  const format = useTimeFormat();
  const touch = useMediaQuery('(pointer: coarse)');
  const areaRef = useRef<HTMLTextAreaElement>(null);
  const [text, setText] = useState(conversation.draft ?? '');
  const [error, setError] = useState<string | null>(null);
  const textRef = useRef(text);
  const sendingRef = useRef(false);
  const draft = useDraft(id, conversation.draft ?? '');
  useGrow(areaRef, text);

  const typing = useMemo(
    () =>
      createTypingSignal({
        // Others not seeing it for a moment is all that is lost when this fails.
        tell: (isTyping) => void engine.setTyping(id, isTyping).catch(() => undefined),
        now: () => performance.now(),
        setTimer: (run, ms) => {
          const timer = setTimeout(run, ms);
          return () => clearTimeout(timer);
        },
      }),
    [engine, id],
  );
  useEffect(() => () => typing.stop(), [typing]);
  // The messages first: focus lays the page out once more.
  useEffect(() => (touch ? undefined : afterFirstPaint(window, () => areaRef.current?.focus())), [touch]);

  const show = (value: string) => {
    textRef.current = value;
    setText(value);
  };
  const change = (value: string) => {
    show(value);
    draft.keep(value);
    if (value.trim() === '') typing.stop();
    else typing.typed();
  };
  const send = async () => {
    if (!canSend(text) || sendingRef.current) return;
    sendingRef.current = true;
    setError(null);
    try {
      await engine.sendMessage(id, { text: text.trim() });
      typing.stop();
      const rest = afterSent(textRef.current, text);
      show(rest);
      draft.keepNow(rest);
    } catch (cause) {
      setError(errorSentence(cause));
    } finally {
      sendingRef.current = false;
    }
  };
  const handleKey = (event: KeyboardEvent) => {
    const { key, shiftKey, nativeEvent } = event;
    if (!isSendKey({ key, shiftKey, composing: nativeEvent.isComposing, touch })) return;
    event.preventDefault();
    void send();
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void send();
    areaRef.current?.focus();
  };
  const excess = tooManyCharacters(text);

  return (
    <form onSubmit={submit} className="bottom-safe mx-auto flex w-full max-w-3xl shrink-0 flex-col gap-2 px-3 pt-1">
      <SlowLine id={id} />
      {error && <Banner tone="error">{error}</Banner>}
      {excess > 0 && <Banner tone="notice">Too long by {format.number(excess)} characters.</Banner>}
      <div className="flex items-end gap-1 rounded-3xl border border-control bg-canvas pr-0.5 pl-4 focus-within:border-accent focus-within:outline-1 focus-within:outline-accent">
        <textarea
          ref={areaRef}
          aria-label="Message"
          placeholder="Message"
          rows={1}
          dir="auto"
          value={text}
          enterKeyHint={touch ? 'enter' : 'send'}
          onChange={(event) => change(event.target.value)}
          onKeyDown={handleKey}
          onBlur={() => typing.stop()}
          className="max-h-[12.25rem] field-sizing-content min-h-11 min-w-0 grow resize-none bg-transparent py-2.5 outline-none placeholder:text-muted max-sm:text-[1rem]"
        />
        <IconButton
          type="submit"
          icon={SendHorizontal}
          name="Send"
          disabled={!canSend(text)}
          className={canSend(text) ? 'text-accent' : ''}
        />
      </div>
    </form>
  );
};
