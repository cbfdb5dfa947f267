/** What was done to conversations and refused, as it is told. [OUT-9] */
import { decodeOpaqueText } from '@kith/schema/opaque';
import type { LocalStore, RefusedCommand } from '../storage/local-store.ts';
import type { RefusalView } from '../views.ts';

export const refusalViews = async (store: LocalStore): Promise<readonly RefusalView[]> => {
  const [session, refused] = await Promise.all([store.session(), store.refusedCommands()]);
  return session === null ? [] : Promise.all(refused.map((command) => refusalView(store, command)));
};

const refusalView = async (
  store: LocalStore,
  { position, conversation, command, code }: RefusedCommand,
): Promise<RefusalView> => {
  const row = await store.conversation(conversation);
  return {
    position,
    conversation,
    what: command.name,
    title: row === null ? null : decodeOpaqueText(row.title),
    wrote: command.name === 'leave' ? null : decodeOpaqueText(command.title),
    code,
  };
};
