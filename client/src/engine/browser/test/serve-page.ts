/** Builds one script of this folder's `pages/` for the browser and serves it, each call on a fresh origin. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { build, type Rolldown } from 'vite';

export interface ServedPage {
  /** Ends with a slash. Every path is the page; IndexedDB, locks and channels belong to the origin. */
  readonly url: string;
  close(): void;
}

/** `headers` go with the page and its scripts. */
export const servePage = async (entry: string, headers: Readonly<Record<string, string>> = {}): Promise<ServedPage> => {
  const files = await buildPage(entry);
  const start = [...files.keys()].find((name) => name.startsWith('assets/start-'));
  const server = createServer((request, response) => {
    const file = files.get(request.url?.slice(1) ?? '');
    const type = file === undefined ? 'text/html' : 'text/javascript';
    response.writeHead(200, { 'content-type': `${type}; charset=utf-8`, ...headers });
    response.end(file ?? `<!doctype html><title>test</title><script type="module" src="/${start}"></script>`);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
};

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

const buildPage = async (entry: string): Promise<ReadonlyMap<string, string | Uint8Array>> => {
  const built = (await build({
    configFile: false,
    root: here('.'),
    logLevel: 'error',
    worker: { format: 'es' },
    resolve: {
      alias: [
        // Suites are written for vitest; in a page its runner is not there, but its `expect` works.
        { find: /^vitest$/, replacement: here('vitest-in-page.ts') },
        { find: /^vitest-itself$/, replacement: fileURLToPath(import.meta.resolve('vitest')) },
      ],
    },
    build: {
      write: false,
      minify: false,
      modulePreload: false,
      target: 'es2022',
      rolldownOptions: { input: { start: here(`pages/${entry}`) } },
    },
  })) as Rolldown.RolldownOutput;
  return new Map(built.output.map((file) => [file.fileName, file.type === 'chunk' ? file.code : file.source]));
};
