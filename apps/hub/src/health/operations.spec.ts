import { apiPrefix, routes, type Route } from '@podnet/contracts';
import pg from 'pg';
import { call } from '../testing/call.ts';
import { startTestHub, type TestHub } from '../testing/hub.ts';
import { makeAdmin, type Person } from '../testing/people.ts';

let hub: TestHub;
let admin: Person;

beforeAll(async () => {
  hub = await startTestHub({ environment: { PODNET_HUB_NAME: 'spec-hub', PODNET_METRICS_TOKEN: 'a-token-for-prometheus' } });
  admin = await makeAdmin(hub);
});
afterAll(() => hub.stop());

describe('the hub', () => {
  it('says who it is', async () => {
    const { body } = await call<{ keys: { x: string; crv: string }[]; fingerprint: string; name: string }>(hub.url, 'GET', '/hub');
    expect(body).toMatchObject({ name: 'spec-hub', version: '0.1.0', setUp: true, keys: [{ kty: 'OKP', crv: 'Ed25519' }] });
    expect(body.fingerprint).toMatch(/^[A-Za-z0-9_-]{43}$/);
    expect(JSON.stringify(body)).not.toContain('"d"');
  });

  it('is live and ready', async () => {
    expect((await call(hub.url, 'GET', '//health/live')).body).toEqual({ live: true });
    expect((await call(hub.url, 'GET', '//health/ready')).body).toEqual({ ready: true });
  });
});

describe('the metrics', () => {
  const read = (token?: string) => call(hub.url, 'GET', '//metrics', token === undefined ? {} : { token });

  it('are for those who have the token, where there is one', async () => {
    expect((await read()).status).toBe(401);
    expect((await read('a-token-for-prometheuS')).status).toBe(401);
    expect((await read('a-token-for-prometheus')).status).toBe(200);
  });

  it('count calls by pattern, sockets, tasks and mail, and name nobody', async () => {
    await admin.call('GET', '/tasks/tsk_00000000000000000000000000');
    await call(hub.url, 'GET', '/secret-canary-path');
    const { text } = await read('a-token-for-prometheus');
    for (const line of [/^podnet_http_request_duration_seconds_count\{method="POST",route="\/setup",status="201"\} 1$/m, /^podnet_sockets 0$/m, /^podnet_mailbox_depth 0$/m, /^# TYPE podnet_tasks gauge$/m]) expect(text).toMatch(line);
    for (const secret of ['canary', 'tsk_0', admin.id, admin.email]) expect(text).not.toContain(secret);
  });
});

describe('the OpenAPI document', () => {
  interface Operation {
    operationId: string;
    security?: unknown;
    requestBody?: { content: Record<string, unknown> };
    responses: Record<string, unknown>;
    parameters?: { in: string; name: string; required: boolean }[];
  }
  let document: { openapi: string; paths: Record<string, Record<string, Operation>>; components: { schemas: Record<string, unknown> } };

  beforeAll(async () => {
    document = (await call<typeof document>(hub.url, 'GET', '//api/openapi.json')).body;
  });

  it('has every route of the contract, and no other', () => {
    expect(document.openapi).toBe('3.1.0');
    const described = Object.entries(document.paths).flatMap(([path, operations]) => Object.entries(operations).map(([method, { operationId }]) => `${operationId} ${method.toUpperCase()} ${path}`));
    const bound = (Object.entries(routes) as [string, Route][]).map(([name, route]) => `${name} ${route.method} ${apiPrefix}${route.path.replace(/:(\w+)/g, '{$1}')}`);
    expect(described.sort()).toEqual(bound.sort());
  });

  it('tells of each what goes in, what comes out and who may call it', () => {
    for (const [name, route] of Object.entries(routes) as [string, Route][]) {
      const operation = document.paths[apiPrefix + route.path.replace(/:(\w+)/g, '{$1}')]![route.method.toLowerCase()]!;
      expect({ name, secured: operation.security !== undefined }).toEqual({ name, secured: route.access !== 'public' });
      expect({ name, body: Object.keys(operation.requestBody?.content ?? {}) }).toEqual({ name, body: route.binary === 'body' ? ['application/octet-stream'] : route.body ? ['application/json'] : [] });
      expect(Object.keys(operation.responses)).toHaveLength(2);
      const inPath = (operation.parameters ?? []).filter((parameter) => parameter.in === 'path').map((parameter) => parameter.name);
      expect(inPath).toEqual([...route.path.matchAll(/:(\w+)/g)].map(([, parameter]) => parameter));
    }
  });

  it('refers to nothing that is not in it', () => {
    for (const [, name] of JSON.stringify(document).matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g)) expect(Object.keys(document.components.schemas)).toContain(name);
  });

  it('describes routes that are all there', async () => {
    for (const [path, operations] of Object.entries(document.paths)) {
      for (const method of Object.keys(operations)) {
        const reply = await call(hub.url, method.toUpperCase(), `/${path.replace(/\{\w+\}/g, 'x')}`);
        expect({ path, method, bound: reply.fault.detail !== 'There is no such path.' }).toEqual({ path, method, bound: true });
      }
    }
  });
});

describe('without its database', () => {
  it('the hub is not ready, answers 503 with a time, keeps its metrics, and goes on when it is back', async () => {
    const [row] = await hub.database.client.$queryRaw<{ url: string }[]>`select current_database() as url`;
    const url = new URL(hub.database.url);
    url.pathname = '/template1';
    const keeper = new pg.Client({ connectionString: url.href });
    await keeper.connect();
    try {
      await keeper.query(`alter database ${row!.url} allow_connections false`);
      await keeper.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [row!.url]);
      const ready = await call(hub.url, 'GET', '//health/ready');
      expect(ready).toMatchObject({ status: 503, fault: { code: 'internal.unavailable' } });
      const me = await admin.call('GET', '/me');
      expect(me).toMatchObject({ status: 503, fault: { code: 'internal.unavailable' } });
      expect(Number(me.headers.get('retry-after'))).toBeGreaterThan(0);
      expect((await call(hub.url, 'GET', '//metrics', { token: 'a-token-for-prometheus' })).text).toContain('podnet_http_request_duration_seconds');
      expect((await call(hub.url, 'GET', '//health/live')).status).toBe(200);
    } finally {
      await keeper.query(`alter database ${row!.url} allow_connections true`);
      await keeper.end();
    }
    expect((await admin.call('GET', '/me')).status).toBe(200);
    expect((await call(hub.url, 'GET', '//health/ready')).status).toBe(200);
  });
});
