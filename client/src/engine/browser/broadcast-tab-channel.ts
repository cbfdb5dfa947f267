/** ADAPTER of `TabChannel` on BroadcastChannel, which never gives a message back to its sender. [BRW-7] */
import type { TabChannel } from '../tab-channel.ts';
import { parseTabMessage } from './parse-tab-message.ts';

/** `name` is the same for all tabs of a profile. */
export const createBroadcastTabChannel = (name: string): TabChannel => {
  const channel = new BroadcastChannel(name);
  let isOpen = true;
  return {
    post: (message) => {
      if (isOpen) channel.postMessage(message);
    },
    subscribe: (listener) => {
      const onMessage = ({ data }: MessageEvent<unknown>): void => {
        const message = parseTabMessage(data);
        // Another version of the app in an older or newer tab: what it says beyond this is not for us.
        if (message !== null) listener(message);
      };
      channel.addEventListener('message', onMessage);
      return () => channel.removeEventListener('message', onMessage);
    },
    close: () => {
      isOpen = false;
      channel.close();
    },
  };
};
