import type { createStore } from 'jotai';
import { Provider } from 'jotai';
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
}

/** Puts the application into the page. */
export const start = ({ root, store, kith, themeAtom, time }: StartDeps): void =>
  createRoot(root).render(
    <ErrorBoundary>
      <Provider store={store}>
        <KithContext value={kith}>
          <TimeContext value={time}>
            <App themeAtom={themeAtom} />
          </TimeContext>
        </KithContext>
      </Provider>
    </ErrorBoundary>,
  );
