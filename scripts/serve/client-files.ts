/**
 * The built client. Files with a hash in their name are kept by browsers for good; everything else is asked for again
 * each time, so that a new version is seen at once. Unknown paths that want a page get index.html. [RUN-6]
 */
import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { extname, join, sep } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';

export interface ClientFiles {
  /** Null when the path is neither a file nor a page of the app. Only GET and HEAD are to be asked. */
  respond(request: Request): Promise<Response | null>;
  /** Whether there is a build at all. */
  isBuilt(): Promise<boolean>;
}

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.webmanifest': 'application/manifest+json; charset=utf-8',
  '.txt': 'text/plain; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.webp': 'image/webp',
  '.woff2': 'font/woff2',
  '.wasm': 'application/wasm',
};
const COMPRESSIBLE = /^(?:text\/|application\/(?:json|manifest|wasm)|image\/svg)/;
const HASHED = /^\/assets\/[^/]+-[\w-]{8,}\.\w+$/;
const SMALL_BYTES = 1024;

interface LoadedFile {
  readonly mtimeMs: number;
  readonly type: string;
  readonly etag: string;
  readonly plain: Uint8Array<ArrayBuffer>;
  /** Null when it would not be smaller. */
  readonly gzipped: Uint8Array<ArrayBuffer> | null;
}

/** `folder` is absolute. Files are kept in memory until they change on disk, so a rebuild needs no restart. */
export const createClientFiles = (folder: string): ClientFiles => {
  // by file, not by what was asked for: one file has any number of paths
  const loadedByFile = new Map<string, LoadedFile>();

  const load = async (path: string): Promise<LoadedFile | null> => {
    const full = pathWithin(folder, path);
    const info = full === null ? null : await stat(full).catch(() => null);
    if (full === null || !info?.isFile()) return null;
    const known = loadedByFile.get(full);
    if (known?.mtimeMs === info.mtimeMs) return known;
    const loaded = await compress(new Uint8Array(await readFile(full)), full, info.mtimeMs);
    loadedByFile.set(full, loaded);
    return loaded;
  };

  return {
    isBuilt: async () => (await load('/index.html')) !== null,
    respond: async (request) => {
      const path = decodePath(new URL(request.url).pathname);
      if (path === null) return null;
      const file = await load(path === '/' ? '/index.html' : path);
      if (file !== null) return answer(request, file, HASHED.test(path));
      const page = wantsPage(request, path) ? await load('/index.html') : null;
      return page === null ? null : answer(request, page, false);
    },
  };
};

const answer = (request: Request, file: LoadedFile, isImmutable: boolean): Response => {
  const headers = new Headers({
    'content-type': file.type,
    etag: file.etag,
    'cache-control': isImmutable ? 'public, max-age=31536000, immutable' : 'no-cache',
    vary: 'accept-encoding',
  });
  if (request.headers.get('if-none-match') === file.etag) return new Response(null, { status: 304, headers });
  const takesGzip = /(?:^|[\s,])gzip(?!\s*;\s*q=0(?:\.0*)?(?:[\s,]|$))/i.test(
    request.headers.get('accept-encoding') ?? '',
  );
  const body = takesGzip && file.gzipped !== null ? file.gzipped : file.plain;
  if (body === file.gzipped) headers.set('content-encoding', 'gzip');
  headers.set('content-length', String(body.length));
  return new Response(request.method === 'HEAD' ? null : body, { headers });
};

const compress = async (plain: Uint8Array<ArrayBuffer>, path: string, mtimeMs: number): Promise<LoadedFile> => {
  const type = CONTENT_TYPES[extname(path)] ?? 'application/octet-stream';
  const packed = COMPRESSIBLE.test(type) && plain.length > SMALL_BYTES ? await promisify(gzip)(plain) : null;
  const gzipped = packed !== null && packed.length < plain.length ? new Uint8Array(packed) : null;
  // Weak: the same tag stands for the plain and the compressed form.
  const etag = `W/"${createHash('sha256').update(plain).digest('base64url').slice(0, 22)}"`;
  return { mtimeMs, type, etag, plain, gzipped };
};

/** A navigation inside the app; a missing script or picture must not come back as a page. */
const wantsPage = (request: Request, path: string): boolean =>
  extname(path) === '' && (request.headers.get('accept') ?? '').includes('text/html');

const decodePath = (path: string): string | null => {
  try {
    return decodeURIComponent(path);
  } catch {
    return null;
  }
};

/** Null for a path that leaves the folder or names a hidden file. */
const pathWithin = (folder: string, path: string): string | null => {
  const full = join(folder, path);
  const isHidden = path.split(/[/\\]/).some((part) => part.startsWith('.'));
  return isHidden || path.includes('\0') || !full.startsWith(folder + sep) ? null : full;
};
