import { DeviceListResponse, DocumentTokensRequest, DocumentTokensResponse } from '@kith/schema/api/accounts';
import { bytesToBase64Url } from '@kith/schema/base64url';
import { DeviceIdSchema } from '@kith/schema/ids';
import { ok } from '@kith/schema/result';
import type { Devices } from '../../devices/devices.ts';
import type { IssueDocumentTokens } from '../../tokens/document-tokens.ts';
import type { Router } from '../route.ts';

export const addDeviceRoutes = (router: Router, { devices }: { devices: Devices }): void => {
  router.signedIn(
    {
      method: 'GET',
      path: '/api/devices',
      summary: 'The devices signed in',
      params: {},
      body: null,
      response: DeviceListResponse,
      errors: [],
    },
    async ({ claims }) => {
      const list = await devices.list(claims.sub);
      return ok({
        devices: list.map(({ id, name, signKey, boxKey, createdAt, lastSeenAt }) => ({
          device: id,
          name,
          signKey: bytesToBase64Url(signKey),
          boxKey: bytesToBase64Url(boxKey),
          createdAt,
          lastSeenAt,
          current: id === claims.device,
        })),
      });
    },
  );
  router.signedIn(
    {
      method: 'DELETE',
      path: '/api/devices/:device',
      summary: 'Sign a device out for good',
      params: { device: DeviceIdSchema },
      body: null,
      response: null,
      errors: ['not-found'],
    },
    ({ claims, params }) => devices.revoke(claims.sub, params.device),
  );
};

export const addDocumentTokenRoutes = (router: Router, { issue }: { issue: IssueDocumentTokens }): void => {
  router.signedIn(
    {
      method: 'POST',
      path: '/api/document-tokens',
      summary: 'Tokens that open documents',
      params: {},
      body: DocumentTokensRequest,
      response: DocumentTokensResponse,
      errors: [],
    },
    async ({ claims, session, body }) => ok({ tokens: [...(await issue({ claims, session }, body.documents))] }),
  );
};
