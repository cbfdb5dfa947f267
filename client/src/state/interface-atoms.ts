/** State of the interface itself: nothing here is stored, nothing here is about people or messages. */

import type { ConversationId } from '@kith/schema/ids';
import { atom } from 'jotai';
import type { InviteLink } from '../engine/engine-api.ts';

/** The last sentence for the live region; `id` makes an equal sentence be read again. */
export const announcementAtom = atom<{ readonly id: number; readonly text: string }>({ id: 0, text: '' });

export const announceAtom = atom(null, (get, set, text: string) =>
  set(announcementAtom, { id: get(announcementAtom).id + 1, text }),
);

export interface Toast {
  readonly id: number;
  readonly text: string;
  readonly tone: 'neutral' | 'error';
}

const TOASTS_SHOWN = 3;

export const toastsAtom = atom<readonly Toast[]>([]);
const lastToastAtom = atom(0);

export const toastAtom = atom(null, (get, set, toast: Omit<Toast, 'id'>) => {
  const id = get(lastToastAtom) + 1;
  set(lastToastAtom, id);
  set(toastsAtom, [...get(toastsAtom), { ...toast, id }].slice(-TOASTS_SHOWN));
});

export const dismissToastAtom = atom(null, (get, set, id: number) =>
  set(
    toastsAtom,
    get(toastsAtom).filter((toast) => toast.id !== id),
  ),
);

/** The conversation whose invitation (link and QR code) is open above everything. */
export const inviteForAtom = atom<ConversationId | null>(null);

/** Links made since the page was loaded, by conversation and terms: shown again as long as nobody has used them. */
export const inviteLinksAtom = atom<ReadonlyMap<string, InviteLink>>(new Map());

/** Set when a newer version of the application waits; calling it reloads into that version. */
export const applyUpdateAtom = atom<(() => void) | null>(null);

/** The engine's worker died and is being started again. */
export const restartingAtom = atom(false);
