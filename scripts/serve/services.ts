import type { HttpPart } from './app.ts';
import type { HealthCheck } from './health.ts';
import type { Log } from './log.ts';
import type { HandleUpgrade } from './upgrades.ts';

export interface ServicesDeps {
  readonly dataDir: string;
  readonly publicUrl: URL;
  readonly trustedProxies: number;
  readonly log: Log;
}

export interface Services {
  readonly auth: HttpPart;
  readonly sync: HttpPart;
  readonly handleUpgrade: HandleUpgrade;
  readonly checks: Readonly<Record<string, HealthCheck>>;
  close(): Promise<void>;
}

export const openServices = async (_deps: ServicesDeps): Promise<Services> => ({
  auth: { fetch: () => new Response('{}', { status: 401 }) },
  sync: { fetch: () => new Response('{}', { status: 401 }) },
  handleUpgrade: (_r, socket) => socket.destroy(),
  checks: { auth: () => ({ status: 'ok' }) },
  close: async () => {},
});
