/** The client's build: interface, engine worker and service worker, three bundles from one command. */
import { fileURLToPath } from 'node:url';
import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { VitePWA } from 'vite-plugin-pwa';
import { compileAtOnce, INTERFACE } from './vite/first-chunks.ts';
import { keepOutOfEntry } from './vite/keep-out-of-entry.ts';
import { preloadInterface } from './vite/preload-interface.ts';
import { webManifest } from './vite/web-manifest.ts';

/** What belongs to the worker. The interface reads the local store through Dexie and asks the engine for the rest. */
const ENGINE_ONLY = [
  /node_modules\/(yjs|y-indexeddb|y-protocols|@hocuspocus)\//,
  /client\/src\/engine\/(create-engine\.ts|(connection|online|outbox|projection|replica|session)\/)/,
];

/** `npm run dev`: where the server listens. */
const SERVER = process.env['KITH_SERVER'] ?? 'http://localhost:3000';

export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  plugins: [
    react(),
    tailwindcss(),
    keepOutOfEntry(ENGINE_ONLY),
    preloadInterface(INTERFACE),
    VitePWA({
      strategies: 'injectManifest',
      srcDir: 'src/pwa',
      filename: 'service-worker.ts',
      injectRegister: false,
      // Everything that is to be kept is matched below, once.
      includeManifestIcons: false,
      includeAssets: [],
      manifest: webManifest,
      // One classic script: every browser that has service workers runs it, and it starts without further requests.
      injectManifest: {
        rollupFormat: 'iife',
        globPatterns: ['**/*.{html,js,css,svg,png,woff2}'],
        maximumFileSizeToCacheInBytes: 2 * 1024 * 1024,
      },
    }),
  ],
  worker: { format: 'es' },
  build: {
    target: 'es2022',
    modulePreload: { polyfill: false },
    // Inlined assets would be data: URLs, which the server's content security policy refuses.
    assetsInlineLimit: 0,
    rolldownOptions: { output: { postBanner: compileAtOnce } },
  },
  server: {
    port: 5173,
    strictPort: false,
    proxy: {
      '/api': SERVER,
      '/health': SERVER,
      '/sync': { target: SERVER, ws: true },
      '/yjs': { target: SERVER, ws: true },
    },
  },
});
