/** The channel of each connected device: its connection to its account's document. [SYN-6] */
import type { AccountId, DeviceId } from '@kith/schema/ids';
import type { ServerMessageJson } from '@kith/schema/sync-message';
import type { Peer } from '../live/peer.ts';

export interface Channels {
  add(peer: Peer): void;
  remove(peer: Peer): void;
  /** Devices of the account with an open channel. */
  devicesOf(account: AccountId): readonly DeviceId[];
  /** `texts`: messages as JSON, made once for everybody who gets them. */
  send(account: AccountId, device: DeviceId, texts: readonly string[]): void;
  sendToAccount(account: AccountId, message: ServerMessageJson): void;
  sendToAll(message: ServerMessageJson): void;
}

export const createChannels = (): Channels => {
  const peersByAccount = new Map<AccountId, Map<DeviceId, Set<Peer>>>();

  const sendToAccount = (account: AccountId, text: string): void => {
    for (const peers of peersByAccount.get(account)?.values() ?? []) for (const peer of peers) peer.sendStateless(text);
  };

  return {
    add: (peer) => {
      const { account, device } = peer.context.session;
      const devices = peersByAccount.get(account) ?? new Map<DeviceId, Set<Peer>>();
      const peers = devices.get(device) ?? new Set<Peer>();
      peersByAccount.set(account, devices.set(device, peers.add(peer)));
    },
    remove: (peer) => {
      const { account, device } = peer.context.session;
      const devices = peersByAccount.get(account);
      const peers = devices?.get(device);
      peers?.delete(peer);
      if (peers?.size === 0) devices?.delete(device);
      if (devices?.size === 0) peersByAccount.delete(account);
    },
    devicesOf: (account) => [...(peersByAccount.get(account)?.keys() ?? [])],
    send: (account, device, texts) => {
      for (const peer of peersByAccount.get(account)?.get(device) ?? [])
        for (const text of texts) peer.sendStateless(text);
    },
    sendToAccount: (account, message) => sendToAccount(account, JSON.stringify(message)),
    sendToAll: (message) => {
      const text = JSON.stringify(message);
      for (const account of peersByAccount.keys()) sendToAccount(account, text);
    },
  };
};
