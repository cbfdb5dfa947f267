/** A conversation with devices of its members, ready to write. */
import { headName, segmentName } from '@kith/schema/doc-name';
import { type AccountId, type ConversationId, createId } from '@kith/schema/ids';
import type { Role } from '@kith/schema/role';
import { testRandom } from './events.ts';
import type { TestDevice } from './test-device.ts';
import type { TestServer } from './test-server.ts';

export interface TestConversation {
  readonly id: ConversationId;
  readonly head: string;
  readonly segment: (n: number) => string;
  readonly path: string;
}

export const createConversation = (
  server: TestServer,
  roleByDevice: ReadonlyMap<Pick<TestDevice, 'person'>, Role>,
): TestConversation => {
  const id = createId<ConversationId>(testRandom);
  const roles = [...roleByDevice].map(([device, role]) => [device.person.account, role] as const);
  server.directory.create(id, Object.fromEntries(roles) as Record<AccountId, Role>);
  return { id, head: headName(id), segment: (n) => segmentName(id, n), path: `/api/conversations/${id}` };
};
