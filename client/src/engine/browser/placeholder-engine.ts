/** Stands where `createEngine` and `createViews` go, so that everything around them can be built. */
import { type Engine, EngineError } from '../engine-api.ts';
import type { Views, Watch } from '../views.ts';

export const createPlaceholderEngine = (): Engine =>
  new Proxy({} as Engine, {
    get: (_target, method) =>
      method === 'onStatus' || method === 'onPresence'
        ? async () => () => undefined
        : async () => {
            throw new EngineError('unavailable', `${String(method)} is not there yet`);
          },
  });

export const createPlaceholderViews = (): Views => {
  const watch = <T>(value: T): Watch<T> => ({
    get: async () => value,
    subscribe: (listener) => {
      listener(value);
      return () => undefined;
    },
  });
  return {
    session: () => watch(null),
    conversations: () => watch([]),
    conversation: () => watch(null),
    timeline: () => watch({ items: [], moreHere: false, moreElsewhere: false, firstUnread: null }),
    members: () => watch([]),
    evidence: () => watch({ delivered: [], read: [] }),
    unsent: () => watch({ pending: 0, refused: 0 }),
  };
};
