/** `sqlite:<folder>` or the address of a MongoDB with a name, and the place that it is. */
import { resolve } from 'node:path';
import { type DatabaseAddress, parseDatabase } from '../serve/config.ts';
import { createMongoPlace } from './mongo-place.ts';
import { createSqlitePlace } from './sqlite-place.ts';
import type { PlaceDeps, StorePlace } from './store-place.ts';

export type PlaceAddress =
  | { readonly type: 'sqlite'; readonly folder: string }
  | { readonly type: 'mongo'; readonly database: DatabaseAddress };

export const PLACE_FORM = 'sqlite:<folder> or mongodb://<server>/<name>';

/** Null when it is neither. */
export const parsePlace = (text: string): PlaceAddress | null => {
  const folder = /^sqlite:(.+)$/.exec(text)?.[1];
  if (folder !== undefined) return folder.includes('\0') ? null : { type: 'sqlite', folder: resolve(folder) };
  const database = parseDatabase(text);
  return database === null ? null : { type: 'mongo', database };
};

/** @throws Error when the database does not answer. */
export const openPlace = async (address: PlaceAddress, stamp: string, deps: PlaceDeps): Promise<StorePlace> =>
  address.type === 'sqlite' ? createSqlitePlace(address.folder, stamp, deps) : createMongoPlace(address.database, deps);
