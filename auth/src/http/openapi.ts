/** The OpenAPI 3.1 document, made from the routes themselves. [EDGE-3] */
import { PROTOCOL_VERSION } from '@kith/schema/protocol-version';
import { LIMIT_NAMES, WIRE_ERRORS } from '@kith/schema/wire-error';
import type { Hono, MiddlewareHandler } from 'hono';
import { openAPIRouteHandler } from 'hono-openapi';

export const createOpenApi = (app: Hono): MiddlewareHandler =>
  openAPIRouteHandler(app, {
    defaultValidationErrorResponse: false,
    documentation: {
      info: {
        title: 'Kith: accounts and conversations',
        version: String(PROTOCOL_VERSION),
        description: 'Bytes are unpadded base64url, times are milliseconds since 1970.',
      },
      components: {
        securitySchemes: { accessToken: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } },
        schemas: { WireError: WIRE_ERROR_SCHEMA },
      },
    },
  });

const WIRE_ERROR_SCHEMA = {
  type: 'object' as const,
  required: ['code', 'message'],
  properties: {
    code: { type: 'string' as const, enum: Object.keys(WIRE_ERRORS) },
    message: { type: 'string' as const },
    detail: { type: 'string' as const },
    limit: { type: 'string' as const, enum: [...LIMIT_NAMES] },
    retryAfterMs: { type: 'number' as const },
  },
};
