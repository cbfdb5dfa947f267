import { type ReactNode, useEffect } from 'react';
import { createRoot } from 'react-dom/client';
import { Interface, type InterfaceProps } from './interface.tsx';

export { drawStill } from './draw-still.tsx';

export interface StartDeps extends InterfaceProps {
  readonly root: HTMLElement;
  /** Called when the first screen stands and has subscribed to what it shows. */
  readonly onShown: () => void;
}

/** Puts the application into the page; a picture of it that stands there goes in the same step. */
export const start = ({ root, onShown, ...shown }: StartDeps): void =>
  createRoot(root).render(
    <Shown onShown={onShown}>
      <Interface {...shown} />
    </Shown>,
  );

/** Effects of what is inside run before its own. */
const Shown = ({ onShown, children }: Pick<StartDeps, 'onShown'> & { readonly children: ReactNode }) => {
  useEffect(onShown, [onShown]);
  return children;
};
