import type { createStore } from 'jotai';
import { Provider } from 'jotai';
import { type ReactNode, useEffect } from 'react';
import { createRoot } from 'react-dom/client';
import type { KithState } from '../state/kith-state.ts';
import type { ThemeAtom } from '../state/theme.ts';
import { KithContext } from '../state/use-kith.ts';
import { TimeContext, type TimeContextValue } from '../ui/time-context.ts';
import { App } from './app.tsx';
import { ErrorBoundary } from './error-boundary.tsx';

export interface StartDeps {
  readonly root: HTMLElement;
  readonly store: ReturnType<typeof createStore>;
  readonly kith: KithState;
  readonly themeAtom: ThemeAtom;
  readonly time: TimeContextValue;
  /** Called when the first screen stands and has subscribed to what it shows. */
  readonly onShown: () => void;
}

/** Puts the application into the page. */
export const start = ({ root, store, kith, themeAtom, time, onShown }: StartDeps): void =>
  createRoot(root).render(
    <Shown onShown={onShown}>
      <ErrorBoundary>
        <Provider store={store}>
          <KithContext value={kith}>
            <TimeContext value={time}>
              <App themeAtom={themeAtom} />
            </TimeContext>
          </KithContext>
        </Provider>
      </ErrorBoundary>
    </Shown>,
  );

/** Effects of what is inside run before its own. */
const Shown = ({ onShown, children }: Pick<StartDeps, 'onShown'> & { readonly children: ReactNode }) => {
  useEffect(onShown, [onShown]);
  return children;
};
