import { connectEngine } from './engine/browser/connect-engine.ts';
import { createTrustScriptUrl } from './engine/browser/trusted-script-url.ts';
import { registerServiceWorker } from './pwa/register-service-worker.ts';

const trust = createTrustScriptUrl(window);
const { views } = connectEngine(window, trust);
const root = document.getElementById('root');
views.session().subscribe((session) => {
  if (root !== null) root.textContent = session === null ? 'Kith' : session.name;
});
void registerServiceWorker({ page: window, trust, onUpdate: (update) => update.apply() });
