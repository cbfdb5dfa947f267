/**
 * Registers the service worker and tells when a new version waits. The person decides when it takes over; what a tab
 * does then is in `follow-takeover.ts`. [PWA-4]
 */
import { Workbox } from 'workbox-window';
import type { TrustScriptUrl } from '../engine/browser/trusted-script-url.ts';

export interface AppUpdate {
  /** Lets the new version take over; every tab is loaded anew once it has. */
  apply(): void;
}

export interface ServiceWorkerDeps {
  readonly page: Window;
  readonly trust: TrustScriptUrl;
  /** Called when a newer version is installed and waits; at most once per version. */
  readonly onUpdate: (update: AppUpdate) => void;
}

const CHECK_INTERVAL_MS = 60 * 60_000;

/**
 * Resolves false where there is no service worker: old browsers, plain http, development. The app works without it, but
 * not from a cold start offline. To be called after the first paint.
 */
export const registerServiceWorker = async ({ page, trust, onUpdate }: ServiceWorkerDeps): Promise<boolean> => {
  if (!('serviceWorker' in page.navigator)) return false;
  const workbox = new Workbox(trust('/service-worker.js'), { scope: '/', updateViaCache: 'none' });
  workbox.addEventListener('waiting', () => onUpdate({ apply: () => workbox.messageSkipWaiting() }));
  try {
    await workbox.register({ immediate: true });
  } catch {
    return false; // blocked by settings, or the script cannot be fetched: asked for again at the next start
  }
  // An app that stays open for days learns of a new version, too.
  page.setInterval(() => void workbox.update().catch(() => undefined), CHECK_INTERVAL_MS); // offline: at the next turn
  return true;
};
