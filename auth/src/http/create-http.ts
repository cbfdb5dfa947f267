/** All routes of auth on one Hono app. What is not a route of auth falls through, so others may stand beside it. */
import { Hono } from 'hono';
import type { AuthConfig } from '../auth-config.ts';
import type { Conversations } from '../conversations/conversations.ts';
import type { Devices } from '../devices/devices.ts';
import type { Invites } from '../invites/invites.ts';
import type { Log } from '../log.ts';
import type { Passkeys } from '../passkeys/passkeys.ts';
import type { Passwords } from '../passwords/passwords.ts';
import type { Resumption } from '../sessions/resumption.ts';
import type { Sessions } from '../sessions/sessions.ts';
import type { AccountStore } from '../storage/account-store.ts';
import type { IssueDocumentTokens } from '../tokens/document-tokens.ts';
import type { SigningKeys } from '../tokens/signing-keys.ts';
import type { TokenIssuer } from '../tokens/token-issuer.ts';
import type { TokenVerifier } from '../tokens/token-verifier.ts';
import type { AddressOf } from './address-of.ts';
import { createAuthenticate } from './authenticate.ts';
import { createEdge } from './edge.ts';
import { createOpenApi } from './openapi.ts';
import { createRefreshCookie } from './refresh-cookie.ts';
import { type Allowances, createRouter } from './route.ts';
import { addConversationRoutes } from './routes/conversation-routes.ts';
import { addDeviceRoutes, addDocumentTokenRoutes } from './routes/device-routes.ts';
import { addInviteRoutes } from './routes/invite-routes.ts';
import { addMemberRoutes } from './routes/member-routes.ts';
import { addPasskeyRoutes } from './routes/passkey-routes.ts';
import { addPasswordRoutes } from './routes/password-routes.ts';
import { addResumeRoutes } from './routes/resume-routes.ts';
import { addSessionRoutes } from './routes/session-routes.ts';
import { createSessionAnswer } from './session-answer.ts';
import { createFailureResponse, refusalResponse } from './to-response.ts';

interface Deps {
  readonly config: AuthConfig;
  readonly store: AccountStore;
  readonly keys: SigningKeys;
  readonly verifier: TokenVerifier;
  readonly issuer: TokenIssuer;
  readonly sessions: Sessions;
  readonly resumption: Resumption;
  readonly passwords: Passwords;
  readonly passkeys: Passkeys;
  readonly devices: Devices;
  readonly conversations: Conversations;
  readonly invites: Invites;
  readonly issueDocumentTokens: IssueDocumentTokens;
  readonly addressOf: AddressOf;
  readonly allowances: Allowances;
  readonly createRequestId: () => string;
  readonly log: Log;
}

/** How long others may keep the key set: far less than a former key is still published. */
const KEY_SET_SECONDS = 300;

export const createHttp = (deps: Deps): Hono => {
  const app = new Hono();
  const router = createRouter({
    app,
    edge: createEdge(deps.config),
    allowances: deps.allowances,
    authenticate: createAuthenticate({ verifier: deps.verifier, sessions: deps.sessions }),
  });
  const cookie = createRefreshCookie(deps.config);
  const answer = createSessionAnswer({ issuer: deps.issuer, cookie });
  addPasskeyRoutes(router, { passkeys: deps.passkeys, answer });
  addPasswordRoutes(router, { passwords: deps.passwords, answer, addressOf: deps.addressOf });
  addSessionRoutes(router, { sessions: deps.sessions, store: deps.store, cookie, answer });
  addResumeRoutes(router, { ...deps, answer });
  addDeviceRoutes(router, { devices: deps.devices });
  addDocumentTokenRoutes(router, { issue: deps.issueDocumentTokens });
  addConversationRoutes(router, { conversations: deps.conversations });
  addMemberRoutes(router, { conversations: deps.conversations });
  addInviteRoutes(router, { invites: deps.invites, addressOf: deps.addressOf });
  app.get('/.well-known/jwks.json', (c) => {
    c.header('Cache-Control', `public, max-age=${KEY_SET_SECONDS}`);
    return c.json(deps.keys.publicKeys());
  });
  app.get('/api/openapi.json', createOpenApi(app));
  app.onError(createFailureResponse(deps));
  app.notFound((c) => refusalResponse(c, { type: 'not-found' }));
  return app;
};
