import { Fault } from '@podnet/errors';
import { makeRest } from './rest.ts';
import { makeSession } from './session.ts';
import { memoryStore } from './store.ts';

const hub = 'http://hub.test';
const account = { id: 'usr_01hzzzzzzzzzzzzzzzzzzzzzzz', email: 'a@b.c', name: 'A', admin: false, createdAt: '2026-01-01T00:00:00.000Z', disabledAt: null };
const json = (status: number, body: unknown) => new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json' } });

type Answer = (request: { url: string; method: string; bearer: string | null; body: string }) => Response | Promise<Response>;

/** A hub that answers by a function, and remembers what it was asked. */
function hubThat(answer: Answer) {
  const asked: Parameters<Answer>[0][] = [];
  const fetcher: typeof fetch = async (input, init) => {
    const request = { url: String(input), method: init?.method ?? 'GET', bearer: new Headers(init?.headers).get('authorization'), body: typeof init?.body === 'string' ? init.body : '' };
    asked.push(request);
    return answer(request);
  };
  return { asked, fetcher };
}

describe('a call of the hub', () => {
  it('fills the path, the query and the body from the contract', async () => {
    const { asked, fetcher } = hubThat(() => json(200, { tasks: [] }));
    await makeRest({ hub, fetch: fetcher }).call('listTasks', { query: { state: 'open', limit: 5 } });
    expect(asked[0]).toMatchObject({ url: `${hub}/api/v1/tasks?state=open&limit=5`, method: 'GET' });
    await makeRest({ hub, fetch: hubThat(() => new Response(null, { status: 204 })).fetcher }).call('revokeDevice', { params: { id: 'dev_1/../2' } });
  });

  it('escapes what stands in a path', async () => {
    const { asked, fetcher } = hubThat(() => new Response(null, { status: 204 }));
    await makeRest({ hub, fetch: fetcher }).call('revokeDevice', { params: { id: '../tokens/x?y' } });
    expect(asked[0]!.url).toBe(`${hub}/api/v1/me/devices/..%2Ftokens%2Fx%3Fy`);
  });

  it('throws the hub’s own fault', async () => {
    const { fetcher } = hubThat(() => json(409, new Fault('conflict.stale', 'It has changed.', { at: 'revision' }).toBody()));
    await expect(makeRest({ hub, fetch: fetcher }).call('me', {})).rejects.toMatchObject({ code: 'conflict.stale', message: 'It has changed.', details: { at: 'revision' } });
  });

  it.each([
    ['an answer that is no answer of the contract', () => json(200, { id: 7 }), 'usage.invalid'],
    ['a page of a proxy', () => new Response('<html>', { status: 502 }), 'internal.unexpected'],
    ['no answer', () => Promise.reject(new TypeError('fetch failed')), 'hub.unreachable'],
  ] as const)('refuses %s', async (_, answer, code) => {
    await expect(makeRest({ hub, fetch: hubThat(answer as Answer).fetcher }).call('me', {})).rejects.toMatchObject({ code });
  });
});

describe('a session', () => {
  const signedIn = (n: number) => ({ accessToken: `access-${n}`, expiresAt: new Date(Date.now() + 600_000).toISOString(), refreshToken: `refresh-refresh-${n}`, account });

  it('renews its token once when several calls find it refused', async () => {
    let refreshed = 0;
    const { asked, fetcher } = hubThat(({ url, bearer }) => {
      if (url.endsWith('/sessions')) return json(201, signedIn(0));
      if (url.endsWith('/sessions/refresh')) return json(200, signedIn((refreshed += 1)));
      return bearer === 'Bearer access-0' ? json(401, new Fault('auth.expired').toBody()) : json(200, account);
    });
    const session = makeSession({ hub, store: memoryStore(), fetch: fetcher });
    await session.signIn({ email: 'a@b.c', password: 'x' });
    await Promise.all([session.rest.call('me', {}), session.rest.call('me', {}), session.rest.call('me', {})]);
    expect(refreshed).toBe(1);
    expect(asked.filter(({ bearer }) => bearer === 'Bearer access-1')).toHaveLength(3);
  });

  it('ends when its refresh token is refused, and says what to do', async () => {
    const { fetcher } = hubThat(({ url }) => (url.endsWith('/sessions') ? json(201, { ...signedIn(0), expiresAt: new Date(0).toISOString() }) : json(401, new Fault('auth.expired').toBody())));
    const session = makeSession({ hub, store: memoryStore(), fetch: fetcher });
    await session.signIn({ email: 'a@b.c', password: 'x' });
    await expect(session.token()).rejects.toMatchObject({ code: 'auth.expired', details: { hint: expect.stringContaining('podnet login') } });
    await expect(session.token()).rejects.toMatchObject({ code: 'auth.required' });
  });

  it('survives a hub that is away', async () => {
    let away = true;
    const { fetcher } = hubThat(({ url }) => {
      if (url.endsWith('/sessions')) return json(201, { ...signedIn(0), expiresAt: new Date(0).toISOString() });
      if (away) throw new TypeError('fetch failed');
      return json(200, signedIn(1));
    });
    const session = makeSession({ hub, store: memoryStore(), fetch: fetcher });
    await session.signIn({ email: 'a@b.c', password: 'x' });
    await expect(session.token()).rejects.toMatchObject({ code: 'hub.unreachable' });
    away = false;
    expect(await session.token()).toBe('access-1');
  });
});
