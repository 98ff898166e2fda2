import { Controller, Get, Module } from '@nestjs/common';
import { limits, routes, type Route } from '@podnet/contracts';
import { z } from 'zod';
import { call } from '../testing/call.ts';
import { startTestHub, type TestHub } from '../testing/hub.ts';
import { makeAdmin, makePerson, type Person } from '../testing/people.ts';
import { Handles, type Answer, type Input } from './route.ts';

const echo = { method: 'POST', path: '/spec/echo', access: 'public', tag: 'spec', summary: 'echo', body: z.strictObject({ text: z.string(), deep: z.unknown().optional() }), answer: z.strictObject({ text: z.string() }), status: 200 } as const satisfies Route;
const wrong = { method: 'GET', path: '/spec/wrong', access: 'public', tag: 'spec', summary: 'wrong', answer: z.strictObject({ text: z.string() }) } as const satisfies Route;
const crash = { method: 'GET', path: '/spec/crash', access: 'public', tag: 'spec', summary: 'crash' } as const satisfies Route;
const bytesIn = { method: 'PUT', path: '/spec/bytes', access: 'public', tag: 'spec', summary: 'bytes', binary: 'body', maxBytes: 1_000, answer: z.strictObject({ size: z.number() }) } as const satisfies Route;
const bytesOut = { method: 'GET', path: '/spec/bytes', access: 'public', tag: 'spec', summary: 'bytes', binary: 'answer' } as const satisfies Route;
const keyed = { method: 'POST', path: '/spec/keyed', access: 'account', tag: 'spec', summary: 'keyed', header: 'idempotency-key', query: z.strictObject({ n: z.coerce.number().int().default(1) }), answer: z.strictObject({ key: z.string(), n: z.number() }), status: 200 } as const satisfies Route;

@Controller()
class SpecController {
  @Handles(echo)
  echo({ body }: Input<typeof echo>): Answer<typeof echo> {
    return { text: body.text };
  }

  @Handles(wrong)
  wrong(): Answer<typeof wrong> {
    return { text: 'fine', passwordHash: 'canary-surplus' } as Answer<typeof wrong>;
  }

  @Handles(crash)
  crash(): void {
    throw new Error('canary-of-an-engine 4711');
  }

  @Handles(bytesIn)
  bytesIn({ body }: Input<typeof bytesIn>): Answer<typeof bytesIn> {
    return { size: body.length };
  }

  @Handles(bytesOut)
  bytesOut(): Uint8Array {
    return Uint8Array.of(0, 255, 10, 13);
  }

  @Handles(keyed)
  keyed({ header, query }: Input<typeof keyed>): Answer<typeof keyed> {
    return { key: header['idempotency-key'], n: query.n };
  }

  /** Somebody forgot to bind it. */
  @Get('/api/v1/spec/forgotten')
  forgotten(): string {
    return 'canary-forgotten';
  }
}

@Module({ controllers: [SpecController] })
class SpecRoom {}

let hub: TestHub;
let admin: Person;
let member: Person;

beforeAll(async () => {
  hub = await startTestHub({ moreRooms: [SpecRoom] });
  admin = await makeAdmin(hub);
  member = await makePerson(hub, admin, 'member@example.org');
});
afterAll(() => hub.stop());

const post = (raw: string | Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}) => call(hub.url, 'POST', '/spec/echo', { raw, headers });

describe('the door', () => {
  it('stays closed for a handler that nobody bound to a route, even for an admin', async () => {
    const reply = await admin.call('GET', '/spec/forgotten');
    expect(reply).toMatchObject({ status: 404, fault: { code: 'access.not-found' } });
    expect(reply.text).not.toContain('canary');
  });

  it.each<[string, string, string | undefined, number, string]>([
    ['nobody', '/me', undefined, 401, 'auth.required'],
    ['a made-up token', '/me', 'abc', 401, 'auth.invalid'],
    ['a made-up API token', '/me', 'pnt_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA', 401, 'auth.invalid'],
    ['an unsigned token', '/me', `${Buffer.from('{"alg":"none","typ":"podnet-access+jws"}').toString('base64url')}.${Buffer.from('{}').toString('base64url')}.`, 401, 'auth.invalid'],
  ])('is closed to %s', async (_, path, token, status, code) => {
    expect(await call(hub.url, 'GET', path, token === undefined ? {} : { token })).toMatchObject({ status, fault: { code } });
  });

  it('opens the routes of admins to admins only', async () => {
    expect((await member.call('GET', '/accounts')).fault.code).toBe('access.forbidden');
    expect((await admin.call('GET', '/accounts')).status).toBe(200);
  });

  it('lets nobody without an account into any route that asks for one', async () => {
    for (const route of Object.values(routes) as Route[]) {
      if (route.access === 'public') continue;
      const reply = await call(hub.url, route.method, route.path.replace(/:\w+/g, 'x'));
      expect({ path: route.path, status: [401, 404].includes(reply.status) }).toEqual({ path: route.path, status: true });
    }
  });

  it('answers an unknown path, a wrong method and a malformed path as problems', async () => {
    for (const [method, path] of [['GET', '/none'], ['PATCH', '/hub'], ['GET', '//elsewhere'], ['GET', '/pods/%E0%A4%A']] as const) {
      const reply = await call(hub.url, method, path);
      expect([400, 401, 404]).toContain(reply.status);
      expect(reply.headers.get('content-type')).toBe('application/problem+json');
      expect(reply.text).not.toContain('Cannot');
    }
  });

  it('says nothing to other sites and shows nothing of its make', async () => {
    const { headers } = await call(hub.url, 'GET', '/hub', { headers: { origin: 'https://elsewhere.example' } });
    expect(headers.get('access-control-allow-origin')).toBeNull();
    expect(headers.get('x-powered-by')).toBeNull();
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('cache-control')).toBe('no-store');
  });
});

describe('what comes in', () => {
  const deep = (depth: number): string => `{"text":"x","deep":${'['.repeat(depth)}${']'.repeat(depth)}}`;

  it.each<[string, string | Uint8Array<ArrayBuffer>, number, string]>([
    ['11 MB of JSON', `{"text":"${'x'.repeat(11_000_000)}"}`, 413, 'usage.too-large'],
    ['a little more than allowed', `{"text":"${'x'.repeat(limits.bodyBytes)}"}`, 413, 'usage.too-large'],
    ['nesting 10 000 deep', deep(10_000), 400, 'usage.too-deep'],
    ['nesting one too deep', deep(limits.jsonDepth), 400, 'usage.too-deep'],
    ['a key given twice', '{"text":"a","text":"b"}', 400, 'usage.malformed'],
    ['__proto__', '{"text":"a","__proto__":{"admin":true}}', 400, 'usage.malformed'],
    ['constructor.prototype', '{"text":"a","constructor":{"prototype":{"admin":true}}}', 400, 'usage.unknown-key'],
    ['a lone surrogate', '{"text":"\\ud800"}', 400, 'usage.malformed'],
    ['NUL', '{"text":"a\\u0000b"}', 400, 'usage.malformed'],
    ['a byte order mark', '\ufeff{"text":"a"}', 400, 'usage.malformed'],
    ['bytes that are not UTF-8', Uint8Array.from([0x7b, 0xff, 0x7d]), 400, 'usage.malformed'],
    ['no JSON', '{"text":', 400, 'usage.malformed'],
    ['an empty body', '', 400, 'usage.malformed'],
    ['NaN', '{"text":NaN}', 400, 'usage.malformed'],
    ['a number too large', '{"text":1e999}', 400, 'usage.malformed'],
    ['an unknown key', '{"text":"a","admin":true}', 400, 'usage.unknown-key'],
    ['a wrong type', '{"text":["canary-value"]}', 400, 'usage.invalid'],
    ['an array', '[]', 400, 'usage.invalid'],
    ['null', 'null', 400, 'usage.invalid'],
  ])('refuses %s', async (_, raw, status, code) => {
    const reply = await post(raw);
    expect(reply).toMatchObject({ status, fault: { code } });
    expect(reply.text).not.toContain('canary');
    expect(reply.text).not.toMatch(/\bat .+:\d+:\d+/);
    expect(({} as { admin?: boolean }).admin).toBeUndefined();
  });

  it('takes what is exactly as large and as deep as allowed', async () => {
    const frame = '{"text":""}'.length;
    expect((await post(`{"text":"${'x'.repeat(limits.bodyBytes - frame)}"}`)).status).toBe(200);
    expect((await post(deep(limits.jsonDepth - 1))).status).toBe(200);
  });

  it.each<[string, Record<string, string>]>([
    ['a form', { 'content-type': 'application/x-www-form-urlencoded' }],
    ['another charset', { 'content-type': 'application/json; charset=utf-16' }],
    ['a compressed body', { 'content-encoding': 'gzip' }],
  ])('refuses %s', async (_, headers) => {
    expect(await post('{"text":"a"}', headers)).toMatchObject({ status: 400, fault: { code: 'usage.unsupported' } });
  });

  it('refuses a body without an announced length once it has grown too large', async () => {
    const endless = new ReadableStream<Uint8Array>({
      start(controller) {
        for (let i = 0; i < 20; i++) controller.enqueue(new Uint8Array(limits.bodyBytes / 10).fill(32));
        controller.close();
      },
    });
    const response = await fetch(`${hub.url}/api/v1/spec/echo`, { method: 'POST', body: endless, headers: { 'content-type': 'application/json' }, duplex: 'half' } as RequestInit);
    expect(response.status).toBe(413);
    await response.text();
  });

  it('refuses a body where none belongs, and parameters nobody knows', async () => {
    expect((await member.call('DELETE', '/sessions/current', { json: { all: true } })).fault.code).toBe('usage.invalid');
    expect((await member.call('GET', '/me?admin=true')).fault).toMatchObject({ code: 'usage.unknown-key', at: 'admin' });
    expect((await member.call('GET', '/me?__proto__=1')).fault.code).toBe('usage.unknown-key');
    expect((await member.call('DELETE', '/me/devices/1')).fault).toMatchObject({ code: 'usage.invalid', at: 'id' });
  });

  it('reads headers and parameters as the route says', async () => {
    expect((await member.call('POST', '/spec/keyed?n=7', { headers: { 'idempotency-key': 'k-1' } })).body).toEqual({ key: 'k-1', n: 7 });
    expect((await member.call('POST', '/spec/keyed')).status).toBe(400);
    expect((await member.call('POST', '/spec/keyed?n=1&n=2', { headers: { 'idempotency-key': 'k-1' } })).status).toBe(400);
  });

  it('takes and gives bytes as they are', async () => {
    const octets = { 'content-type': 'application/octet-stream' };
    expect((await call(hub.url, 'PUT', '/spec/bytes', { raw: new Uint8Array(1_000), headers: octets })).body).toEqual({ size: 1_000 });
    expect((await call(hub.url, 'PUT', '/spec/bytes', { raw: new Uint8Array(1_001), headers: octets })).status).toBe(413);
    const response = await fetch(`${hub.url}/api/v1/spec/bytes`);
    expect(response.headers.get('content-type')).toBe('application/octet-stream');
    expect([...new Uint8Array(await response.arrayBuffer())]).toEqual([0, 255, 10, 13]);
  });
});

describe('what goes out', () => {
  it('is held back when it does not keep to the contract', async () => {
    const reply = await call(hub.url, 'GET', '/spec/wrong');
    expect(reply).toMatchObject({ status: 500, fault: { code: 'internal.unexpected' } });
    expect(reply.text).not.toContain('canary');
    expect(hub.logged()).toContain('does not keep to its contract');
    expect(hub.logged()).not.toContain('canary-surplus');
  });

  it('is a fault with a trace id where something broke, and the log has the place without the text', async () => {
    const reply = await call(hub.url, 'GET', '/spec/crash');
    expect(reply.fault.code).toBe('internal.unexpected');
    expect(reply.text).not.toContain('canary');
    const traceId = reply.headers.get('x-trace-id')!;
    expect(reply.fault.hint).toContain(traceId);
    const line = hub.logged().split('\n').find((text) => text.includes(traceId) && text.includes('a call failed'));
    expect(line).toContain('crash');
    expect(hub.logged()).not.toContain('canary-of-an-engine');
  });
});
