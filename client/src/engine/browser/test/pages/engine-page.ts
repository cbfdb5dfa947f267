/** A tab that is connected to the engine as the app is. */
import { connectEngine } from '../../connect-engine.ts';
import { createTrustScriptUrl } from '../../trusted-script-url.ts';

const startedAt = performance.now();
const connection = connectEngine(window, createTrustScriptUrl(window));
connection.start();
const workerStates: { readonly type: string; readonly at: number }[] = [];
let sessionReadAt: number | null = null;
connection.onWorkerState(({ type }) => workerStates.push({ type, at: performance.now() - startedAt }));
connection.views.session().subscribe(() => {
  sessionReadAt ??= performance.now() - startedAt;
});

const app = {
  workerStates: () => workerStates,
  sessionReadAt: () => sessionReadAt,
  connection: () => connection,
  close: () => connection.close(),
};
export type TestApp = typeof app;
Object.assign(globalThis, { app });
