import type { createStore } from 'jotai';
import { Provider } from 'jotai';
import type { KithState } from '../state/kith-state.ts';
import type { ThemeAtom } from '../state/theme.ts';
import { KithContext } from '../state/use-kith.ts';
import { TimeContext, type TimeContextValue } from '../ui/time-context.ts';
import { App } from './app.tsx';
import { ErrorBoundary } from './error-boundary.tsx';

export interface InterfaceProps {
  readonly store: ReturnType<typeof createStore>;
  readonly kith: KithState;
  readonly themeAtom: ThemeAtom;
  readonly time: TimeContextValue;
}

/** All that is shown: in the page, and in a still picture of it. */
export const Interface = ({ store, kith, themeAtom, time }: InterfaceProps) => (
  <ErrorBoundary>
    <Provider store={store}>
      <KithContext value={kith}>
        <TimeContext value={time}>
          <App themeAtom={themeAtom} />
        </TimeContext>
      </KithContext>
    </Provider>
  </ErrorBoundary>
);
