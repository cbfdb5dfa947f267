import { HLC_ZERO } from '@kith/schema/hlc';
import { expect, test } from 'vitest';
import type { DeviceKeys, LocalStore } from '../local-store.ts';
import { ROOM, sampleConversation, sampleMessage, sampleOutboxEvent, sampleSession } from './local-store-samples.ts';
import type { StoreUnderTest } from './local-store-suite.ts';

const createKeys = async (): Promise<DeviceKeys> => ({
  sign: (await crypto.subtle.generateKey('Ed25519', true, ['sign', 'verify'])) as CryptoKeyPair,
  box: (await crypto.subtle.generateKey('X25519', true, ['deriveBits'])) as CryptoKeyPair,
});

const keysOf = async (store: LocalStore): Promise<DeviceKeys> => {
  const keys = await store.deviceKeys();
  if (keys === null) throw new Error('no keys');
  return keys;
};

export const sessionRules = ({ store, reopened }: StoreUnderTest): void => {
  test('[LOC-2] a new store is empty', async () => {
    expect(await store().session()).toBeNull();
    expect(await store().deviceKeys()).toBeNull();
    expect(await store().clock()).toBe(HLC_ZERO);
    expect(await store().conversations()).toEqual([]);
    expect(await store().outbox()).toEqual([]);
    expect(await store().outboxCount()).toEqual({ pending: 0, refused: 0 });
  });

  test('[LOC-2] the session is there after a restart, as last saved', async () => {
    await store().saveSession(sampleSession());
    await store().saveSession({ ...sampleSession(), refreshToken: 'refresh-2' });
    expect(await (await reopened()).session()).toEqual({ ...sampleSession(), refreshToken: 'refresh-2' });
  });

  test('[LOC-3] device keys sign and open after a restart as before', async () => {
    const keys = await createKeys();
    const peer = (await crypto.subtle.generateKey('X25519', true, ['deriveBits'])) as CryptoKeyPair;
    await store().saveDeviceKeys(keys);
    const again = await keysOf(await reopened());
    const text = new TextEncoder().encode('text');
    const signature = await crypto.subtle.sign('Ed25519', again.sign.privateKey, text);
    expect(await crypto.subtle.verify('Ed25519', keys.sign.publicKey, signature, text)).toBe(true);
    expect(await crypto.subtle.verify('Ed25519', again.sign.publicKey, signature, text)).toBe(true);
    const ours = await crypto.subtle.deriveBits({ name: 'X25519', public: peer.publicKey }, again.box.privateKey, 256);
    const theirs = await crypto.subtle.deriveBits(
      { name: 'X25519', public: again.box.publicKey },
      peer.privateKey,
      256,
    );
    expect(new Uint8Array(ours)).toEqual(new Uint8Array(theirs));
  });

  test('[LOC-4] wiping leaves nothing, and the store can be used again', async () => {
    await store().saveSession(sampleSession());
    await store().saveDeviceKeys(await createKeys());
    await store().saveConversation(sampleConversation());
    await store().enqueueEvent(sampleOutboxEvent(1), sampleMessage(1));
    await store().wipe();
    expect(await store().session()).toBeNull();
    expect(await store().deviceKeys()).toBeNull();
    expect(await store().clock()).toBe(HLC_ZERO);
    expect(await store().conversations()).toEqual([]);
    expect(await store().outbox()).toEqual([]);
    expect(await store().timeline(ROOM, null, 10)).toEqual([]);
    await store().saveSession(sampleSession());
    expect(await (await reopened()).session()).toEqual(sampleSession());
  });

  test('[LOC-2] closing twice is closing once', async () => {
    await store().close();
    await store().close();
  });
};
