/** What a key does in the composer, and what is left in it once a message is stored. [UI-20] */
import { LIMITS } from '@kith/schema/limits';

export interface ComposerKey {
  readonly key: string;
  readonly shiftKey: boolean;
  /** An input method is composing a character: Enter belongs to it. */
  readonly composing: boolean;
  /** A touch keyboard: its Enter breaks the line, the button sends. */
  readonly touch: boolean;
}

export const isSendKey = ({ key, shiftKey, composing, touch }: ComposerKey): boolean =>
  key === 'Enter' && !shiftKey && !composing && !touch;

/** What was typed after the send was asked for stays. */
export const afterSent = (current: string, sent: string): string =>
  current.startsWith(sent) ? current.slice(sent.length).replace(/^\n/, '') : current;

/** How many characters too many; 0 when it may be sent. */
export const tooManyCharacters = (text: string): number => Math.max(0, text.trim().length - LIMITS.messageTextLength);

export const canSend = (text: string): boolean => text.trim() !== '' && tooManyCharacters(text) === 0;
