/** What a first visit downloads, gzipped; the rest of the app comes lazily. */
import { firstLoadOf } from './scripts/check/first-load.mjs';

const { page, worker } = firstLoadOf('client/dist');
const inDist = (files) => files.map((file) => `client/dist/${file}`);

export default [
  { name: 'interface', path: inDist(page), limit: '170 kB', gzip: true },
  { name: 'worker', path: inDist(worker), limit: '130 kB', gzip: true },
];
