/** This process among others of the same server: says what it did, and is told what they did. [CLU-2] */
import { type Bus, NO_BUS } from '@kith/schema/bus';
import type { Log } from '../log.ts';
import { decodeNews, encodeNews, type News } from './news.ts';

type NewsOf<T extends News['type']> = Extract<News, { readonly type: T }>;

/** What is done about each. */
export type Followers = { readonly [T in News['type']]: (news: NewsOf<T>) => Promise<void> | void };

export interface Cluster {
  tell(news: News): void;
  follow(followers: Followers): void;
}

export const createCluster = ({ bus, log }: { readonly bus: Bus; readonly log: Log }): Cluster => ({
  tell: (news) => {
    // where nobody hears it nothing is encoded: it would cost as much as storing it
    if (bus !== NO_BUS && bus.isUp) bus.publish('sync', encodeNews(news));
  },
  follow: (followers) => {
    const follow = async (message: Uint8Array): Promise<void> => {
      const news = decodeNews(message);
      await (followers[news.type] as (news: News) => Promise<void> | void)(news);
    };
    bus.subscribe('sync', (message) => {
      // whatever was not understood is found in the store when it is next compared
      follow(message).catch((cause) => log.warn('news of another process could not be followed', { cause }));
    });
  },
});
