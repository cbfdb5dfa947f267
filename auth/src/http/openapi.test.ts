import { WIRE_ERRORS } from '@kith/schema/wire-error';
import { expect, it } from 'vitest';
import { createAuthHarness } from '../test/auth-harness.ts';

interface Operation {
  readonly summary: string;
  readonly security: readonly object[];
  readonly requestBody?: { readonly content: { readonly 'application/json': { readonly schema: { type: string } } } };
  readonly responses: Record<string, { readonly description: string }>;
}

it('[EDGE-3] OpenAPI 3.1 names every route with body, answer, errors and whether it needs a token', async () => {
  const { ask, auth } = await createAuthHarness();
  const { body } = await ask('GET', '/api/openapi.json');
  expect(body.openapi).toMatch(/^3\.1\./);
  const documented = Object.entries<Record<string, Operation>>(body.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      name: `${method.toUpperCase()} ${path.replaceAll(/\{(\w+)\}/g, ':$1')}`,
      operation,
    })),
  );
  const routes = new Set(auth.http.routes.map(({ method, path }) => `${method} ${path}`));
  routes.delete('GET /.well-known/jwks.json');
  routes.delete('GET /api/openapi.json');
  expect(documented.map(({ name }) => name).sort()).toEqual([...routes].sort());
  expect(documented).toHaveLength(27);
  for (const { name, operation } of documented) {
    expect([name, operation.summary]).toEqual([name, expect.stringMatching(/\w/)]);
    const isOpen = /\/(passkeys|passwords|session\/(refresh|challenge|resume)|preview)/.test(name);
    expect([name, operation.security]).toEqual([name, isOpen ? [] : [{ accessToken: [] }]]);
    const { 200: done, 204: nothing, ...errors } = operation.responses;
    expect([name, done !== undefined, nothing !== undefined].filter(Boolean)).toHaveLength(2);
    for (const [status, { description }] of Object.entries(errors)) {
      for (const code of description.split(', ')) {
        expect([name, code, WIRE_ERRORS[code as keyof typeof WIRE_ERRORS]?.status]).toEqual([
          name,
          code,
          Number(status),
        ]);
      }
    }
  }
});

it('[EDGE-3] bodies and parameters are described as they are sent', async () => {
  const { ask } = await createAuthHarness();
  const { paths, components } = (await ask('GET', '/api/openapi.json')).body;
  const { post } = paths['/api/conversations'];
  expect(post.requestBody.content['application/json'].schema).toMatchObject({
    type: 'object',
    required: ['id', 'kind', 'title'],
    properties: { title: { type: 'string' }, kind: { enum: ['group', 'direct', 'self'] } },
  });
  expect(paths['/api/conversations/{id}/members/{account}'].put.parameters).toMatchObject([
    { in: 'path', name: 'id', required: true },
    { in: 'path', name: 'account', required: true },
  ]);
  expect(components.schemas.WireError.properties.code.enum).toContain('epoch-conflict');
});
