/**
 * Composition root of the tab: the only place that creates things and reaches for the page's globals at start. What the
 * page's address shows is read while the interface is loaded; worker and service worker come after the first paint.
 */
import './ui/styles.css';
import { createStore } from 'jotai';
import { afterFirstPaint } from './engine/browser/after-first-paint.ts';
import { askPersistentStorage } from './engine/browser/ask-persistent-storage.ts';
import { connectEngine } from './engine/browser/connect-engine.ts';
import { createTrustScriptUrl } from './engine/browser/trusted-script-url.ts';
import { dayOf } from './pwa/first-frame.ts';
import { followTakeover } from './pwa/follow-takeover.ts';
import { createFrameKeeper } from './pwa/frame-keeper.ts';
import { keepFirstFrame } from './pwa/keep-first-frame.ts';
import { registerServiceWorker } from './pwa/register-service-worker.ts';
import { whenAtRest } from './pwa/when-at-rest.ts';
import { applyUpdateAtom, restartingAtom } from './state/interface-atoms.ts';
import { createKithState } from './state/kith-state.ts';
import { onceWorthKeeping } from './state/once-worth-keeping.ts';
import { parsePlace } from './state/paths.ts';
import { readAhead } from './state/read-ahead.ts';
import { createThemeAtom } from './state/theme.ts';
import { createUnsaved } from './state/unsaved.ts';
import { createTimeFormat } from './ui/format-time.ts';
import { rememberedFormat } from './ui/remembered-format.ts';
import { createTextMemory } from './ui/text-memory.ts';

/** How long an empty page may stay before it says that it is loading: saying it takes a slow device half as long again. */
const PATIENCE_MS = 1_000;
/** The same where the last screen stands there meanwhile: saying it would take that away. */
const FRAME_PATIENCE_MS = 3_000;
/** For what nobody waits for. */
const LATER_MS = 1_500;
/** How long the disk may take for what is being written before the page is loaded anew. */
const SAVE_PATIENCE_MS = 3_000;

const run = async (page: Window & typeof globalThis, root: HTMLElement): Promise<void> => {
  const store = createStore();
  const unsaved = createUnsaved(() => pause(page, SAVE_PATIENCE_MS));
  followTakeover({
    page,
    build: import.meta.url,
    saveAll: unsaved.saveAll,
    onUnsaved: (loadAnew) => store.set(applyUpdateAtom, () => loadAnew),
  });
  const interfaceLoaded = import('./app/start.tsx');
  const trust = createTrustScriptUrl(page);
  const connection = connectEngine(page, trust);
  const kith = createKithState({ ...connection, unsaved });
  const ahead = readAhead(store, kith, parsePlace(page.location.pathname));
  connection.onWorkerState((state) => store.set(restartingAtom, state.type === 'restarting'));
  const themeAtom = createThemeAtom({
    storage: page.localStorage,
    show: (theme) => {
      if (theme === null) delete page.document.documentElement.dataset['theme'];
      else page.document.documentElement.dataset['theme'] = theme;
    },
  });
  const locale = page.navigator.language;
  const formatters = createTimeFormat(locale);
  const later = (run: () => void): void => void page.setTimeout(run, LATER_MS);
  const texts = createTextMemory({ storage: page.localStorage, locale, later });
  const time = { format: rememberedFormat(formatters, texts), now: () => Date.now() };
  const startRest = (): void => {
    later(formatters.prepare);
    connection.start();
    onceWorthKeeping(store, kith, () => void askPersistentStorage(page.navigator.storage));
    void registerServiceWorker({
      page,
      trust,
      onUpdate: (update) => store.set(applyUpdateAtom, () => () => update.apply()),
    });
  };
  const { start, drawStill } = await interfaceLoaded;
  await Promise.race([ahead.ready, pause(page, root.hasChildNodes() ? FRAME_PATIENCE_MS : PATIENCE_MS)]);
  const keepFrame = (): void =>
    keepFirstFrame({
      store,
      kith,
      frames: createFrameKeeper(page.caches),
      place: () => parsePlace(page.location.pathname),
      label: () => ({
        path: page.location.pathname,
        build: new URL(import.meta.url).pathname,
        day: dayOf(new Date()),
        theme: store.get(themeAtom),
      }),
      draw: (still) => drawStill({ store: createStore(), kith: still, themeAtom, time }),
      onRest: (listener) => later(() => whenAtRest(page, root, listener)),
    });
  const onShown = (): void => {
    ahead.release();
    afterFirstPaint(page, () => {
      startRest();
      keepFrame();
    });
  };
  start({ root, store, kith, themeAtom, time, onShown });
};

const pause = (page: Window, ms: number): Promise<void> => new Promise((resolve) => page.setTimeout(resolve, ms));

const root = document.getElementById('root');
if (root !== null)
  run(window, root).catch((error: unknown) => {
    root.textContent = 'Kith could not be loaded. Please load this page again: what you wrote is safe on this device.';
    throw error;
  });
