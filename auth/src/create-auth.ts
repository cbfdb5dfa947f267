/**
 * Auth as a library: who people are, which devices are signed in, who is in which conversation. Creates nothing that
 * outlives it: store, keys, clock, randomness and log come from the composition root, which also closes the store.
 */
import { bytesToBase64Url } from '@kith/schema/base64url';
import { type Bus, NO_BUS } from '@kith/schema/bus';
import type { ConversationDirectory } from '@kith/schema/conversation-directory';
import type { Random } from '@kith/schema/ids';
import type { Hono } from 'hono';
import { createAdmission } from './accounts/admission.ts';
import type { AuthConfig } from './auth-config.ts';
import { createChanges } from './changes.ts';
import type { Clock } from './clock.ts';
import { createConversationDirectory } from './conversations/conversation-directory.ts';
import { toConversationRecord } from './conversations/conversation-record.ts';
import { createConversations } from './conversations/conversations.ts';
import { createEpochs } from './conversations/epochs.ts';
import { createDevices } from './devices/devices.ts';
import { type AddressOf, socketAddressOf, subscriberOf } from './http/address-of.ts';
import { createHttp } from './http/create-http.ts';
import type { Allowances } from './http/route.ts';
import { createInvites } from './invites/invites.ts';
import type { Log } from './log.ts';
import { createPasskeys } from './passkeys/passkeys.ts';
import { createWebAuthn } from './passkeys/webauthn.ts';
import { createPasswordHasher } from './passwords/password-hasher.ts';
import { createPasswords } from './passwords/passwords.ts';
import { createSemaphore } from './passwords/semaphore.ts';
import { createResumption } from './sessions/resumption.ts';
import { createSessions } from './sessions/sessions.ts';
import type { AccountStore } from './storage/account-store.ts';
import { type Allowance, type AllowanceOptions, createAllowance } from './throttle/allowance.ts';
import { createSharedThrottles } from './throttle/shared-throttle.ts';
import { createDocumentTokens } from './tokens/document-tokens.ts';
import type { SigningKeys } from './tokens/signing-keys.ts';
import { createTokenIssuer } from './tokens/token-issuer.ts';
import { createTokenVerifier, type TokenVerifier } from './tokens/token-verifier.ts';

export interface AuthDeps {
  readonly config: AuthConfig;
  readonly store: AccountStore;
  readonly keys: SigningKeys;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  /** To other processes on the same store; left out, there are none. */
  readonly bus?: Bus;
  /** False to measure: requests are not counted then. Guessing is slowed all the same. */
  readonly hasLimits?: boolean;
  /** Left out, tries are counted by the socket's peer. */
  readonly addressOf?: AddressOf;
}

export interface Auth {
  /** Routes under `/api` and `/.well-known/jwks.json`. */
  readonly http: Hono;
  /** In process: listeners are called after the commit. */
  readonly directory: ConversationDirectory;
  readonly tokenVerifier: TokenVerifier;
  /** Idempotent; leaves the store open. */
  close(): Promise<void>;
}

/** 19 MiB and one core each. */
const HASHES_AT_ONCE = 2;
const MINUTE_MS = 60_000;
/** Strangers can keep the owner of a handle waiting for half a minute; a passkey is never kept waiting. */
const PER_HANDLE = { freeTries: 5, firstDelayMs: 1_000, maxDelayMs: 30_000, forgetAfterMs: 60 * MINUTE_MS };
/** Many people may share an address. */
const PER_ADDRESS = { freeTries: 20, firstDelayMs: 1_000, maxDelayMs: 15 * MINUTE_MS, forgetAfterMs: 60 * MINUTE_MS };
/** Requests without a session, for all who share an address: hundreds at once, five a second for good. */
const ALLOWED_ADDRESS = { size: 1_500, perSecond: 5 };
/** Requests of one account; those of an import, which anybody may ask to make, are counted apart. */
const ALLOWED_ACCOUNT = { size: 2_000, perSecond: 50 };
const ALLOWED_IMPORT = { size: 20_000, perSecond: 500 };
/** New ones of one account: two hundred at once, and as many in a day. */
const ALLOWED_CONVERSATIONS = { size: 200, perSecond: 200 / 86_400 };
const NO_END: Allowance = { take: () => 0 };

export const createAuth = (deps: AuthDeps): Auth => {
  const { store, keys, clock, log, bus = NO_BUS } = deps;
  const changes = createChanges({
    ...{ bus, log },
    conversation: async (id) => {
      const conversation = await store.conversation(id);
      return conversation === null ? null : toConversationRecord(conversation);
    },
  });
  const allowance = (options: AllowanceOptions): Allowance =>
    deps.hasLimits === false ? NO_END : createAllowance(clock, options);
  const addressOf: AddressOf = (c) => subscriberOf((deps.addressOf ?? socketAddressOf)(c));
  const verifier = createTokenVerifier({ keySet: keys.keySet, clock });
  const issuer = createTokenIssuer({ keys, clock });
  const sessions = createSessions({ ...deps, changes, secret: keys.refreshSecret });
  const admission = createAdmission({ ...deps, sessions });
  const epochs = createEpochs({ ...deps, changes });
  const throttle = createSharedThrottles({ bus, clock });
  const throttles = { handle: throttle('handle', PER_HANDLE), address: throttle('address', PER_ADDRESS) };
  const hasher = createPasswordHasher({ limit: createSemaphore(HASHES_AT_ONCE) });
  const http = createHttp({
    ...deps,
    verifier,
    issuer,
    sessions,
    resumption: createResumption({ ...deps, sessions, throttle: throttle('resumption', PER_ADDRESS) }),
    passwords: createPasswords({ ...deps, admission, hasher, throttles }),
    passkeys: createPasskeys({ ...deps, admission, webAuthn: createWebAuthn(deps) }),
    devices: createDevices({ ...deps, changes }),
    conversations: createConversations({ ...deps, epochs, changes, allowance: allowance(ALLOWED_CONVERSATIONS) }),
    invites: createInvites({ ...deps, epochs, throttle: throttle('invite', PER_ADDRESS) }),
    issueDocumentTokens: createDocumentTokens({ store, issuer }),
    addressOf,
    allowances: createAllowances(allowance, addressOf),
    createRequestId: () => bytesToBase64Url(deps.random(new Uint8Array(12))),
  });
  return {
    http,
    directory: createConversationDirectory({ store, sessions, changes }),
    tokenVerifier: verifier,
    close: async () => {},
  };
};

const createAllowances = (allowance: (options: AllowanceOptions) => Allowance, addressOf: AddressOf): Allowances => {
  const address = allowance(ALLOWED_ADDRESS);
  const byScope = { default: allowance(ALLOWED_ACCOUNT), bulk: allowance(ALLOWED_IMPORT) };
  return {
    ofAddress: (c, cost) => address.take(addressOf(c), cost),
    ofCaller: ({ claims: { sub, scope } }, cost) => byScope[scope].take(sub, cost),
  };
};
