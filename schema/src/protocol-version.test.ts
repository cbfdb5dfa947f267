import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { toJsonSchema } from '@valibot/to-json-schema';
import type { GenericSchema } from 'valibot';
import { expect, test } from 'vitest';
import * as accounts from './api/accounts.ts';
import * as conversations from './api/conversations.ts';
import * as history from './api/history.ts';
import * as tickets from './api/tickets.ts';
import { ACCOUNT_ROOTS } from './documents/account.ts';
import { CONVERSATION_KINDS, HEAD_ROOTS } from './documents/head.ts';
import { EVENT_BODY_SCHEMAS } from './event/event-body.ts';
import { EVENT_KINDS } from './event/event-kind.ts';
import { LIMITS } from './limits.ts';
import { PROTOCOL_HASH, PROTOCOL_VERSION } from './protocol-version.ts';
import { ROLES } from './role.ts';
import { ClientMessageSchema, ServerMessageSchema } from './sync-message.ts';
import * as tokens from './token-claims.ts';
import { CLOSE_CODES, WIRE_ERRORS } from './wire-error.ts';

const isSchema = (value: unknown): value is GenericSchema =>
  typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'schema';

const shapes = (module: Record<string, unknown>) =>
  Object.entries(module)
    .filter((entry): entry is [string, GenericSchema] => isSchema(entry[1]))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, schema]) => [name, toJsonSchema(schema, { errorMode: 'ignore', typeMode: 'input' })]);

test('[PROTO-1] the wire is what this protocol version says', () => {
  const vectors = readFileSync(new URL('../test-vectors/events.json', import.meta.url), 'utf8');
  const wire = JSON.stringify([
    vectors,
    EVENT_KINDS,
    shapes(EVENT_BODY_SCHEMAS),
    [HEAD_ROOTS, ACCOUNT_ROOTS, CONVERSATION_KINDS, ROLES],
    shapes({ ClientMessageSchema, ServerMessageSchema }),
    [accounts, conversations, history, tickets, tokens].map(shapes),
    [WIRE_ERRORS, CLOSE_CODES, LIMITS],
  ]);
  const hash = createHash('sha256').update(wire).digest('hex').slice(0, 16);
  const decision = `the wire changed: decide whether version ${PROTOCOL_VERSION} still holds, then pin ${hash}`;
  expect(hash, decision).toBe(PROTOCOL_HASH);
});
