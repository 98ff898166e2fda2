import { call } from '../testing/call.ts';
import { startTestHub, type TestHub } from '../testing/hub.ts';
import { makeAdmin, makePerson, setupToken, signIn, type Person } from '../testing/people.ts';
import type { SessionEnding } from './session-endings.ts';
import { SessionEndings } from './session-endings.ts';

let hub: TestHub;
let admin: Person;
const endings: SessionEnding[] = [];

const person = { email: 'root@example.org', name: 'Root', password: 'correct horse battery staple' };

beforeAll(async () => {
  hub = await startTestHub();
  hub.application.get(SessionEndings, { strict: false }).on((ending) => endings.push(ending));
});
afterAll(() => hub.stop());

describe('a fresh hub', () => {
  it.each([
    ['root@example.org', 'root'],
    ['admin@example.org', 'admin'],
    ['admin@localhost.local', 'password1234'],
  ])('knows no default account %s', async (email, password) => {
    expect(await call(hub.url, 'POST', '/sessions', { json: { email, password } })).toMatchObject({ status: 401, fault: { code: 'auth.invalid' } });
  });

  it('says that it is not set up, and takes no wrong token', async () => {
    expect((await call(hub.url, 'GET', '/hub')).body).toMatchObject({ setUp: false });
    expect((await call(hub.url, 'POST', '/setup', { json: { ...person, token: 'pns_wrongwrongwrongwrong' } })).fault.code).toBe('auth.invalid');
    expect(await hub.database.client.account.count()).toBe(0);
  });

  it('refuses a short password and a key that nobody knows, and nothing is written', async () => {
    const token = setupToken(hub);
    expect((await call(hub.url, 'POST', '/setup', { json: { ...person, token, password: 'short' } })).fault.at).toBe('password');
    expect((await call(hub.url, 'POST', '/setup', { json: { ...person, token, admin: true } })).fault.code).toBe('usage.unknown-key');
    expect((await call(hub.url, 'POST', '/setup', { json: { ...person, token, name: 'Ada\r\nset-cookie: x' } })).fault.at).toBe('name');
    expect(await hub.database.client.account.count()).toBe(0);
  });

  it('gives its one admin to the one who is first with the token', async () => {
    const token = setupToken(hub);
    const replies = await Promise.all([1, 2, 3].map((n) => call(hub.url, 'POST', '/setup', { json: { ...person, token, email: `first${n}@example.org` } })));
    expect(replies.map(({ status }) => status).sort()).toEqual([201, 409, 409]);
    const winner = replies.find(({ status }) => status === 201)!.body as { accessToken: string; account: { email: string; admin: boolean } };
    expect(winner.account.admin).toBe(true);
    admin = await signIn(hub, { email: winner.account.email, password: person.password });
    expect((await call(hub.url, 'POST', '/setup', { json: { ...person, token } })).fault.code).toBe('auth.setup-closed');
  });

  it('keeps no secret as it was given', async () => {
    const [row] = await hub.database.client.$queryRaw<{ found: string }[]>`select (select jsonb_agg(a) from "Account" a)::text || (select jsonb_agg(i) from "Invitation" i)::text || (select jsonb_agg(s) from "Session" s)::text || (select jsonb_agg(e) from "AuditEntry" e)::text as found`;
    for (const secret of [person.password, setupToken(hub), admin.token, admin.refreshToken]) {
      expect(row!.found).not.toContain(secret);
      expect(hub.logged()).not.toContain(secret);
    }
    expect(row!.found).toContain('$argon2id$v=19$m=19456,t=2,p=1$');
  });
});

describe('signing in', () => {
  it('answers a wrong password and an unknown address with the same words', async () => {
    const wrong = await call(hub.url, 'POST', '/sessions', { json: { email: admin.email, password: 'not the password' } });
    const unknown = await call(hub.url, 'POST', '/sessions', { json: { email: 'nobody@example.org', password: 'not the password' } });
    expect(wrong.status).toBe(401);
    expect(unknown.body).toEqual(wrong.body);
  });

  it('knows an address however it is written', async () => {
    const member = await makePerson(hub, admin, 'Mixed.Case@Example.ORG');
    expect(member.email).toBe('mixed.case@example.org');
    expect((await signIn(hub, { ...member, email: ' MIXED.case@example.org ' })).id).toBe(member.id);
  });

  it('refuses with 429 and a time after ten wrong attempts, for that account only, and says so in the audit', async () => {
    const [victim, other] = [await makePerson(hub, admin, 'victim@example.org'), await makePerson(hub, admin, 'other@example.org')];
    const tries = await Promise.all(Array.from({ length: 15 }, () => call(hub.url, 'POST', '/sessions', { json: { email: victim.email, password: 'a wrong password' } })));
    expect(tries.filter(({ status }) => status === 401)).toHaveLength(10);
    const refused = tries.find(({ status }) => status === 429)!;
    expect(refused.fault.code).toBe('usage.rate-limited');
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    // The right password does not help now: the answer must not tell which one it was.
    expect((await call(hub.url, 'POST', '/sessions', { json: { email: victim.email, password: victim.password } })).status).toBe(429);
    expect((await signIn(hub, other)).id).toBe(other.id);
    expect(await hub.database.client.auditEntry.count({ where: { action: 'session.refused', subject: victim.id } })).toBe(10);
  });
});

describe('a session', () => {
  it('goes on with a new refresh token, and ends when an old one comes back', async () => {
    const member = await makePerson(hub, admin, 'refresher@example.org');
    const refresh = (refreshToken: string) => call<{ accessToken: string; refreshToken: string }>(hub.url, 'POST', '/sessions/refresh', { json: { refreshToken } });
    const second = await refresh(member.refreshToken);
    const third = await refresh(second.body.refreshToken);
    expect([second.status, third.status]).toEqual([200, 200]);
    expect((await call(hub.url, 'GET', '/me', { token: third.body.accessToken })).status).toBe(200);
    // Somebody has a copy of the first one: nobody can tell who is who, so both are out.
    expect((await refresh(member.refreshToken)).fault.code).toBe('auth.expired');
    expect((await refresh(third.body.refreshToken)).fault.code).toBe('auth.expired');
    expect((await call(hub.url, 'GET', '/me', { token: third.body.accessToken })).status).toBe(401);
    expect(await hub.database.client.auditEntry.count({ where: { actorId: member.id, action: 'session.ended' } })).toBe(1);
  });

  it('is renewed once when two processes of its owner renew it at once, and goes on', async () => {
    const member = await makePerson(hub, admin, 'racer@example.org');
    const replies = await Promise.all([1, 2, 3].map(() => call<{ accessToken: string }>(hub.url, 'POST', '/sessions/refresh', { json: { refreshToken: member.refreshToken } })));
    expect(replies.map(({ status }) => status).sort()).toEqual([200, 409, 409]);
    expect(replies.find(({ status }) => status === 409)!.fault.code).toBe('conflict.stale');
    expect((await call(hub.url, 'GET', '/me', { token: replies.find(({ status }) => status === 200)!.body.accessToken })).status).toBe(200);
  });

  it('is not ended by a token that only names it', async () => {
    const member = await makePerson(hub, admin, 'named@example.org');
    const [prefix, session] = member.refreshToken.split('.');
    expect((await call(hub.url, 'POST', '/sessions/refresh', { json: { refreshToken: `${prefix}.${session}.${'A'.repeat(32)}.${'A'.repeat(32)}` } })).fault.code).toBe('auth.invalid');
    expect((await member.call('GET', '/me')).status).toBe(200);
  });

  it('is over at once when its owner signs out, here only', async () => {
    const member = await makePerson(hub, admin, 'leaver@example.org');
    const elsewhere = await signIn(hub, member);
    expect((await member.call('DELETE', '/sessions/current')).status).toBe(204);
    expect((await member.call('GET', '/me')).fault.code).toBe('auth.expired');
    expect((await elsewhere.call('GET', '/me')).status).toBe(200);
    expect(endings.filter(({ userId }) => userId === member.id)).toHaveLength(1);
  });

  it('is over everywhere when its owner says so', async () => {
    const member = await makePerson(hub, admin, 'everywhere@example.org');
    const elsewhere = await signIn(hub, member);
    await member.call('DELETE', '/sessions');
    expect([(await member.call('GET', '/me')).status, (await elsewhere.call('GET', '/me')).status]).toEqual([401, 401]);
  });

  it('stays and all others end when the password changes', async () => {
    const member = await makePerson(hub, admin, 'changer@example.org');
    const elsewhere = await signIn(hub, member);
    const next = 'another long password';
    expect((await member.call('POST', '/me/password', { json: { current: 'wrong', next } })).fault).toMatchObject({ code: 'auth.invalid', at: 'current' });
    expect((await member.call('POST', '/me/password', { json: { current: member.password, next } })).status).toBe(204);
    expect([(await member.call('GET', '/me')).status, (await elsewhere.call('GET', '/me')).status]).toEqual([200, 401]);
    expect((await call(hub.url, 'POST', '/sessions', { json: { email: member.email, password: member.password } })).status).toBe(401);
    expect((await signIn(hub, { ...member, password: next })).id).toBe(member.id);
  });

  it('ends when its time is over, whatever its access token says', async () => {
    const member = await makePerson(hub, admin, 'late@example.org');
    await hub.database.client.session.updateMany({ where: { accountId: member.id }, data: { expiresAt: new Date(0) } });
    expect((await member.call('GET', '/me')).fault.code).toBe('auth.expired');
    expect((await call(hub.url, 'POST', '/sessions/refresh', { json: { refreshToken: member.refreshToken } })).fault.code).toBe('auth.expired');
  });
});

describe('an invitation', () => {
  it('works once, for its address', async () => {
    const { body } = await admin.call<{ token: string }>('POST', '/invitations', { json: { email: 'guest@example.org' } });
    const accept = () => call<{ account: { email: string; admin: boolean } }>(hub.url, 'POST', '/invitations/accept', { json: { token: body.token, name: 'Guest', password: person.password } });
    const replies = await Promise.all([accept(), accept()]);
    expect(replies.map(({ status }) => status).sort()).toEqual([201, 401]);
    expect(replies.find(({ status }) => status === 201)!.body.account).toMatchObject({ email: 'guest@example.org', admin: false });
    expect((await admin.call('POST', '/invitations', { json: { email: 'GUEST@example.org' } })).fault.code).toBe('conflict.exists');
  });

  it('cannot be turned into more than it is', async () => {
    const { body } = await admin.call<{ token: string }>('POST', '/invitations', { json: { email: 'climber@example.org' } });
    const reply = await call(hub.url, 'POST', '/invitations/accept', { json: { token: body.token, name: 'C', password: person.password, admin: true, email: 'x@example.org' } });
    expect(reply.fault.code).toBe('usage.unknown-key');
  });

  it('is void once it is renewed or expired', async () => {
    const first = await admin.call<{ token: string }>('POST', '/invitations', { json: { email: 'slow@example.org' } });
    const second = await admin.call<{ token: string }>('POST', '/invitations', { json: { email: 'slow@example.org' } });
    const accept = (token: string) => call(hub.url, 'POST', '/invitations/accept', { json: { token, name: 'S', password: person.password } });
    expect((await accept(first.body.token)).status).toBe(401);
    await hub.database.client.invitation.updateMany({ where: { email: 'slow@example.org' }, data: { expiresAt: new Date(0) } });
    expect((await accept(second.body.token)).status).toBe(401);
    expect((await accept(setupToken(hub))).status).toBe(401);
  });

  it('is made by admins only', async () => {
    const member = await makePerson(hub, admin, 'noadmin@example.org');
    expect((await member.call('POST', '/invitations', { json: { email: 'friend@example.org', admin: true } })).fault.code).toBe('access.forbidden');
  });
});

describe('the time of an answer', () => {
  it('does not tell whether an address is known', async () => {
    const quick = await startTestHub({ environment: { PODNET_ATTEMPTS_PER_MINUTE: '1000000' } });
    try {
      const { email } = await makeAdmin(quick);
      const times: Record<string, number[]> = { known: [], unknown: [] };
      for (let i = 0; i < 25; i++) {
        for (const [kind, address] of [['known', email], ['unknown', `nobody${i}@example.org`]] as const) {
          const begun = performance.now();
          await call(quick.url, 'POST', '/sessions', { json: { email: address, password: 'a wrong password' } });
          times[kind]!.push(performance.now() - begun);
        }
      }
      const median = (list: number[]): number => list.toSorted((a, b) => a - b)[Math.floor(list.length / 2)]!;
      // Without the work for strangers the difference is the whole hash: most of the answer.
      expect(Math.abs(median(times['known']!) - median(times['unknown']!))).toBeLessThan(median(times['known']!) * 0.4);
    } finally {
      await quick.stop();
    }
  });
});
