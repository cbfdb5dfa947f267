import {
  SessionChallengeRequest,
  SessionChallengeResponse,
  SessionResponse,
  SessionResumeRequest,
} from '@kith/schema/api/accounts';
import { bytesToBase64Url } from '@kith/schema/base64url';
import { ok } from '@kith/schema/result';
import type { AuthConfig } from '../../auth-config.ts';
import type { Resumption } from '../../sessions/resumption.ts';
import type { AddressOf } from '../address-of.ts';
import { ownOrigins } from '../edge.ts';
import type { Router } from '../route.ts';
import type { SessionAnswer } from '../session-answer.ts';

interface Deps {
  readonly config: AuthConfig;
  readonly resumption: Resumption;
  readonly answer: SessionAnswer;
  readonly addressOf: AddressOf;
}

export const addResumeRoutes = (router: Router, { config, resumption, answer, addressOf }: Deps): void => {
  router.open(
    {
      method: 'POST',
      path: '/api/session/challenge',
      summary: 'Begin to come back into a session by the device key',
      params: {},
      body: SessionChallengeRequest,
      response: SessionChallengeResponse,
      errors: ['rate-limited'],
    },
    async ({ c, body }) => {
      const begun = await resumption.challenge(body.device, addressOf(c));
      if (!begun.ok) return begun;
      return ok({ ceremony: begun.value.id, challenge: bytesToBase64Url(begun.value.challenge) });
    },
  );
  router.open(
    {
      method: 'POST',
      path: '/api/session/resume',
      summary: 'Come back into a session by the device key; the refresh cookie is a new one',
      params: {},
      body: SessionResumeRequest,
      response: SessionResponse,
      errors: ['ceremony-invalid', 'ceremony-expired', 'session-ended', 'rate-limited'],
    },
    async ({ c, body: { ceremony, signature, bulk } }) => {
      const proof = { ceremony, signature, origins: ownOrigins(c, config), address: addressOf(c) };
      const resumed = await resumption.resume(proof);
      return resumed.ok ? ok(await answer(c, resumed.value, bulk === true ? 'bulk' : 'default')) : resumed;
    },
  );
};
