/**
 * Keeps a tab with the build whose files are on the device. From its first moment it listens for another version taking
 * over, and for a part of the interface that is not there any more; then it saves what is being written and loads anew.
 * [PWA-4] [PWA-5]
 */
export interface FollowTakeoverDeps {
  readonly page: Window;
  /** Names this tab's build: the address of its first script. */
  readonly build: string;
  /** False where something could not be saved. */
  readonly saveAll: () => Promise<boolean>;
  /** What is being written could not be saved: the person decides when to load anew. */
  readonly onUnsaved: (loadAnew: () => void) => void;
}

/** In the tab's own storage: the build that was loaded anew because files were missing. Once more would not help it. */
const LEFT_BUILD = 'kith:left-build';

/** To be called in the tab's first turn: an event that nobody listens for is lost. */
export const followTakeover = ({ page, build, saveAll, onUnsaved }: FollowTakeoverDeps): void => {
  const serviceWorker = page.navigator.serviceWorker as ServiceWorkerContainer | undefined;
  if (serviceWorker === undefined) return;
  const reload = (): void => page.location.reload();
  const loadAnew = async (): Promise<void> => {
    if (await saveAll()) reload();
    else onUnsaved(reload);
  };
  let isControlled = serviceWorker.controller !== null;
  serviceWorker.addEventListener('controllerchange', () => {
    // The first installation changes nothing.
    if (!isControlled) {
      isControlled = true;
      return;
    }
    serviceWorker.controller?.postMessage({ type: 'FOLLOWS' });
    void loadAnew();
  });
  page.addEventListener('vite:preloadError', () => {
    // Where nothing is kept on the device, loading anew may end at the browser's own page.
    if (serviceWorker.controller === null || page.sessionStorage.getItem(LEFT_BUILD) === build) return;
    page.sessionStorage.setItem(LEFT_BUILD, build);
    void loadAnew();
  });
};
