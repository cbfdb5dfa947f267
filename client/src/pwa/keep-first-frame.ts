/**
 * Keeps what the next cold start is to show at first: drawn when what is shown has come to rest, and when the page is
 * hidden; forgotten as soon as nobody is signed in. [PWA-6] [PWA-7]
 */
import type { createStore } from 'jotai';
import type { KithState } from '../state/kith-state.ts';
import type { Place } from '../state/paths.ts';
import { stillState } from '../state/still-state.ts';
import type { FirstFrame } from './first-frame.ts';
import type { FrameKeeper } from './frame-keeper.ts';

export interface KeepFirstFrameDeps {
  readonly store: ReturnType<typeof createStore>;
  readonly kith: KithState;
  readonly frames: FrameKeeper;
  readonly place: () => Place;
  /** All but the picture itself. */
  readonly label: () => Omit<FirstFrame, 'html'>;
  /** Rejects when it cannot be drawn. */
  readonly draw: (kith: KithState) => Promise<string>;
  /** Calls when something has changed and come to rest, and at the end of a visit. */
  readonly onRest: (listener: () => void) => void;
}

export const keepFirstFrame = ({ store, kith, frames, place, label, draw, onRest }: KeepFirstFrameDeps): void => {
  let kept: readonly unknown[] = [];
  // Losing a frame, or not having one, costs the next start the time that it took before.
  const forget = (): void => {
    kept = [];
    frames.forget().catch(() => undefined);
  };
  const isOver = (): boolean =>
    store.get(kith.sessionAtom) === null || (store.get(kith.statusAtom)?.ended ?? null) !== null;
  const check = (): void => {
    if (isOver()) forget();
  };
  const keep = async (): Promise<void> => {
    if (isOver() || store.get(kith.statusAtom) === undefined) return;
    const still = stillState(store, kith, place());
    if (still === undefined) return;
    // Another tab may have kept one since: what this one never kept is not its to forget.
    if (still === null) return kept.length > 0 || place().type === 'conversation' ? forget() : undefined;
    const labelled = label();
    const now = [...still.of, ...Object.values(labelled)];
    if (now.every((value, at) => value === kept[at])) return;
    kept = now;
    const html = await draw(still.kith);
    // Meanwhile something else may be shown, or nobody be signed in any more.
    if (kept !== now || isOver()) return;
    await frames.keep({ ...labelled, html });
  };
  store.sub(kith.sessionAtom, check);
  store.sub(kith.statusAtom, check);
  check();
  onRest(() => void keep().catch(forget));
};
