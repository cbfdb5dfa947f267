/** Events signed with keys that the directory knows, and a store that has lost the end of its journals. */
import type { webcrypto } from 'node:crypto';
import { splitSignature } from '@kith/schema/event/event-codec';
import { signEvent } from '@kith/schema/event/event-signature';
import type { ConversationId } from '@kith/schema/ids';
import type { DocumentStore } from '../storage/document-store.ts';
import { type EventOptions, type MadeEvent, makeEvent } from './events.ts';
import type { TestDirectory } from './test-directory.ts';
import type { Person } from './test-tokens.ts';

export type SignedMade = MadeEvent & Person;

/** Signs as this person's device, whatever the conversation. */
export type Sign = (conversation: ConversationId, options?: EventOptions) => Promise<SignedMade>;

export const enrol = async (directory: TestDirectory, person: Person): Promise<Sign> => {
  const { publicKey, privateKey } = (await crypto.subtle.generateKey('Ed25519', false, [
    'sign',
    'verify',
  ])) as webcrypto.CryptoKeyPair;
  const raw = await crypto.subtle.exportKey('raw', publicKey);
  directory.addKey(person.account, person.device, new Uint8Array(raw));
  return async (conversation, options) => {
    const made = makeEvent(options);
    const { unsigned } = splitSignature(made.bytes);
    const bytes = await signEvent(unsigned, { conversation, ...person }, privateKey);
    return { ...person, eventId: made.eventId, bytes };
  };
};

/** As whoever restores an older backup must say. */
export const inNextIncarnation = (store: DocumentStore): DocumentStore => ({
  ...store,
  position: async (journal) => ({ ...(await store.position(journal)), incarnation: 2 }),
});
