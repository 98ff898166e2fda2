import { apiPrefix, routes, type Route } from '@podnet/contracts';
import { faultTable } from '@podnet/errors';
import { z } from 'zod';

type Json = Record<string, unknown>;

const problem = {
  type: 'object',
  description: 'RFC 9457. The code is from one table, the same over REST, sockets and the command line.',
  required: ['type', 'title', 'status', 'code', 'detail'],
  properties: {
    type: { type: 'string' },
    title: { type: 'string' },
    status: { type: 'integer' },
    code: { type: 'string', enum: Object.keys(faultTable) },
    detail: { type: 'string' },
    at: { type: 'string', description: 'Where the mistake is.' },
    hint: { type: 'string', description: 'What would help.' },
    causes: { type: 'array', items: { $ref: '#/components/schemas/Problem' } },
    verdicts: { type: 'array', items: {} },
    retryAfter: { type: 'number', description: 'Seconds.' },
  },
};

/** The OpenAPI 3.1 document of the contract: written from the same table that binds the controllers. */
export function openApi({ name, version }: { name: string; version: string }): Json {
  const paths: Record<string, Json> = {};
  for (const [operationId, route] of Object.entries(routes) as [string, Route][]) {
    const path = apiPrefix + route.path.replace(/:(\w+)/g, '{$1}');
    (paths[path] ??= {})[route.method.toLowerCase()] = operation(operationId, route);
  }
  return {
    openapi: '3.1.0',
    info: { title: `Podnet hub ${name}`, version, license: { name: 'Apache-2.0', identifier: 'Apache-2.0' } },
    paths,
    components: {
      securitySchemes: { bearer: { type: 'http', scheme: 'bearer', description: 'An access token of a session, or an API token.' } },
      schemas: { Problem: problem },
    },
  };
}

function operation(operationId: string, route: Route): Json {
  const status = route.status ?? (route.answer || route.binary === 'answer' ? 200 : 204);
  const content = route.binary === 'answer' ? bytes : route.answer ? { 'application/json': { schema: schemaOf(route.answer) } } : undefined;
  const body = route.binary === 'body' ? bytes : route.body ? { 'application/json': { schema: schemaOf(route.body) } } : undefined;
  const parameters = [
    ...parametersOf('path', route.params),
    ...parametersOf('query', route.query),
    ...(route.header ? [{ in: 'header', name: route.header, required: true, schema: { type: 'string' } }] : []),
  ];
  return {
    operationId,
    summary: route.summary,
    tags: [route.tag],
    ...(route.access === 'public' ? {} : { security: [{ bearer: [] }] }),
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(body ? { requestBody: { required: true, content: body } } : {}),
    responses: {
      [status]: { description: 'Done', ...(content ? { content } : {}) },
      default: { description: 'A fault', content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } } },
    },
  };
}

const bytes = { 'application/octet-stream': { schema: { type: 'string', format: 'binary' } } };

function parametersOf(where: 'path' | 'query', schema: z.ZodType | undefined): Json[] {
  if (!schema) return [];
  const { properties = {}, required = [] } = schemaOf(schema) as { properties?: Record<string, Json>; required?: string[] };
  return Object.entries(properties).map(([name, property]) => ({ in: where, name, required: where === 'path' || required.includes(name), schema: property }));
}

/** What travels: the form before defaults are filled in. */
function schemaOf(schema: z.ZodType): Json {
  const { $schema, ...rest } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as Json;
  void $schema;
  return rest;
}
