/** Composition root of the tab: the only place that creates things and reaches for the page's globals at start. */
import './ui/styles.css';
import { createStore } from 'jotai';
import { start } from './app/start.tsx';
import { connectEngine } from './engine/browser/connect-engine.ts';
import { createTrustScriptUrl } from './engine/browser/trusted-script-url.ts';
import { registerServiceWorker } from './pwa/register-service-worker.ts';
import { applyUpdateAtom, restartingAtom } from './state/interface-atoms.ts';
import { createKithState } from './state/kith-state.ts';
import { createThemeAtom } from './state/theme.ts';
import { createTimeFormat } from './ui/format-time.ts';

const run = (page: Window, root: HTMLElement): void => {
  const themeAtom = createThemeAtom({
    storage: page.localStorage,
    show: (theme) => {
      if (theme === null) delete page.document.documentElement.dataset['theme'];
      else page.document.documentElement.dataset['theme'] = theme;
    },
  });
  const trust = createTrustScriptUrl(page);
  const connection = connectEngine(page, trust);
  const store = createStore();
  connection.onWorkerState((state) => store.set(restartingAtom, state.type === 'restarting'));
  const time = { format: createTimeFormat(page.navigator.language), now: () => Date.now() };
  start({ root, store, kith: createKithState(connection), themeAtom, time });
  void registerServiceWorker({
    page,
    trust,
    onUpdate: (update) => store.set(applyUpdateAtom, () => () => update.apply()),
  });
};

const root = document.getElementById('root');
if (root !== null) run(window, root);
