import { makeKeys, publicHalf } from '@podnet/envelope';
import { call } from '../testing/call.ts';
import { startTestHub, type TestHub } from '../testing/hub.ts';
import { addDevice, makeAdmin, makePerson, type Person } from '../testing/people.ts';
import { AccountsService } from './accounts.service.ts';
import { Authenticator } from './authenticator.ts';
import { endsCaller, SessionEndings, type SessionEnding } from './session-endings.ts';

let hub: TestHub;
let admin: Person;
let member: Person;
const endings: SessionEnding[] = [];

beforeAll(async () => {
  hub = await startTestHub();
  admin = await makeAdmin(hub);
  member = await makePerson(hub, admin, 'member@example.org');
  hub.application.get(SessionEndings, { strict: false }).on((ending) => endings.push(ending));
});
afterAll(() => hub.stop());

describe('a device', () => {
  it('is registered by its public keys and listed with its fingerprint', async () => {
    const { reply, keys } = await addDevice(member);
    expect(reply.status).toBe(201);
    expect(reply.body).toMatchObject({ name: 'laptop', keys: publicHalf(keys), revokedAt: null });
    expect(reply.body.fingerprint).toMatch(/^([A-Z2-7]{4}-){7}[A-Z2-7]{4}$/);
    expect((await member.call<{ devices: unknown[] }>('GET', '/me/devices')).body.devices).toHaveLength(1);
  });

  it('cannot be registered twice, by whomever, and the answer does not say who has it', async () => {
    const { keys } = await addDevice(member, 'phone');
    const again = [await member.call('POST', '/me/devices', { json: { name: 'a', keys: publicHalf(keys) } }), await admin.call('POST', '/me/devices', { json: { name: 'b', keys: publicHalf(keys) } })];
    expect(again.map(({ status, fault }) => [status, fault.code])).toEqual([[409, 'conflict.exists'], [409, 'conflict.exists']]);
    expect(again[0]!.text).toBe(again[1]!.text);
    expect(again[1]!.text).not.toContain(member.id);
    // One half of it is enough to be refused.
    const mixed = { signing: publicHalf(await makeKeys()).signing, encryption: publicHalf(keys).encryption };
    expect((await admin.call('POST', '/me/devices', { json: { name: 'c', keys: mixed } })).fault.code).toBe('conflict.exists');
  });

  it.each<[string, (keys: { signing: object; encryption: object }) => unknown]>([
    ['a private key', (keys) => ({ ...keys, signing: { ...keys.signing, d: 'A'.repeat(43) } })],
    ['keys of the wrong curve', (keys) => ({ signing: keys.encryption, encryption: keys.signing })],
    ['a weak point', (keys) => ({ ...keys, encryption: { kty: 'OKP', crv: 'X25519', x: 'A'.repeat(43) } })],
    ['a key that is too short', (keys) => ({ ...keys, signing: { kty: 'OKP', crv: 'Ed25519', x: 'AAAA' } })],
  ])('is refused with %s', async (_, change) => {
    const keys = change(publicHalf(await makeKeys()));
    const reply = await member.call('POST', '/me/devices', { json: { name: 'bad', keys } });
    expect(reply.status).toBe(400);
    expect(reply.text).not.toContain('AAAAAAAA');
  });

  it('can be revoked by its owner only, and its keys stay used', async () => {
    const { reply, keys } = await addDevice(member, 'lost');
    expect((await admin.call('DELETE', `/me/devices/${reply.body.id}`)).status).toBe(404);
    expect((await member.call('DELETE', `/me/devices/${reply.body.id}`)).status).toBe(204);
    expect((await member.call('DELETE', `/me/devices/${reply.body.id}`)).status).toBe(404);
    expect((await member.call('POST', '/me/devices', { json: { name: 'again', keys: publicHalf(keys) } })).fault.code).toBe('conflict.exists');
  });

  it('is one of twenty at most, also when they come at once', async () => {
    const collector = await makePerson(hub, admin, 'collector@example.org');
    const replies = await Promise.all(Array.from({ length: 24 }, (_, i) => addDevice(collector, `d${i}`)));
    expect(replies.filter(({ reply }) => reply.status === 201)).toHaveLength(20);
    expect(await hub.database.client.device.count({ where: { accountId: collector.id } })).toBe(20);
  });
});

describe('an API token', () => {
  const make = async (json: object = { name: 'ci' }) => (await member.call<{ token: string; info: { id: string } }>('POST', '/me/tokens', { json })).body;

  it('acts for its account until it is revoked', async () => {
    const { token, info } = await make();
    expect((await call(hub.url, 'GET', '/me', { token })).body).toMatchObject({ id: member.id });
    expect(await hub.application.get(Authenticator, { strict: false }).authenticate(token)).toEqual({ userId: member.id, sessionId: null, apiTokenId: info.id, admin: false, via: 'api-token' });
    expect((await member.call<{ tokens: { lastUsedAt: string | null }[] }>('GET', '/me/tokens')).body.tokens[0]!.lastUsedAt).not.toBeNull();
    expect((await admin.call('DELETE', `/me/tokens/${info.id}`)).status).toBe(404);
    expect((await member.call('DELETE', `/me/tokens/${info.id}`)).status).toBe(204);
    expect((await call(hub.url, 'GET', '/me', { token })).fault.code).toBe('auth.invalid');
    expect(endings).toContainEqual({ userId: member.id, apiTokenId: info.id });
  });

  it('is stored as a hash only', async () => {
    const { token } = await make({ name: 'hidden' });
    const [row] = await hub.database.client.$queryRaw<{ found: string }[]>`select (select jsonb_agg(t) from "ApiToken" t)::text as found`;
    expect(row!.found).not.toContain(token);
    expect(hub.logged()).not.toContain(token);
  });

  it('ends by itself', async () => {
    const { token, info } = await make({ name: 'short', expiresInMs: 60_000 });
    await hub.database.client.apiToken.update({ where: { id: info.id }, data: { expiresAt: new Date(Date.now() - 1) } });
    expect((await call(hub.url, 'GET', '/me', { token })).fault.code).toBe('auth.expired');
  });

  it('makes no further tokens, registers no device and changes no password', async () => {
    const { token } = await make({ name: 'leaked' });
    expect((await call(hub.url, 'POST', '/me/tokens', { token, json: { name: 'more' } })).fault.code).toBe('access.forbidden');
    expect((await call(hub.url, 'POST', '/me/devices', { token, json: { name: 'thief', keys: publicHalf(await makeKeys()) } })).fault.code).toBe('access.forbidden');
    expect((await call(hub.url, 'POST', '/me/password', { token, json: { current: member.password, next: 'a password of the thief' } })).fault.code).toBe('access.forbidden');
    expect((await call(hub.url, 'DELETE', '/sessions/current', { token })).fault.code).toBe('access.forbidden');
  });

  it('lasts a year at most', async () => {
    expect((await member.call('POST', '/me/tokens', { json: { name: 'x', expiresInMs: 366 * 24 * 3_600_000 } })).fault.at).toBe('expiresInMs');
  });
});

describe('looking somebody up', () => {
  it('is for admins and custodians of a pod', async () => {
    expect((await member.call('GET', `/accounts/by-email?email=${admin.email}`)).fault.code).toBe('access.forbidden');
    expect((await admin.call('GET', '/accounts/by-email?email=MEMBER@example.org')).body).toMatchObject({ id: member.id, name: 'member' });
    expect((await admin.call('GET', '/accounts/by-email?email=nobody@example.org')).fault.code).toBe('access.not-found');
    await hub.database.client.pod.create({ data: { id: 'pod_00000000000000000000000000', name: 'north', custodianId: member.id, state: 'active' } });
    expect((await member.call('GET', `/accounts/by-email?email=${admin.email}`)).status).toBe(200);
  });
});

describe('disabling an account', () => {
  it('closes every way in at once, with what other rooms end in the same transaction', async () => {
    const leaver = await makePerson(hub, admin, 'leaver@example.org');
    const { token } = (await leaver.call<{ token: string }>('POST', '/me/tokens', { json: { name: 'ci' } })).body;
    const steps: string[] = [];
    hub.application.get(AccountsService, { strict: false }).whenDisabled(async (tx, id) => {
      steps.push(`inside ${(await tx.account.findUniqueOrThrow({ where: { id } })).disabledAt !== null}`);
      return () => steps.push('after');
    });
    expect((await admin.call('DELETE', `/accounts/${leaver.id}`)).status).toBe(204);
    expect(steps).toEqual(['inside true', 'after']);
    expect((await leaver.call('GET', '/me')).status).toBe(401);
    expect((await call(hub.url, 'GET', '/me', { token })).status).toBe(401);
    expect((await call(hub.url, 'POST', '/sessions/refresh', { json: { refreshToken: leaver.refreshToken } })).status).toBe(401);
    expect((await call(hub.url, 'POST', '/sessions', { json: { email: leaver.email, password: leaver.password } })).fault.code).toBe('auth.invalid');
    expect(endings).toContainEqual({ userId: leaver.id });
    expect((await admin.call('DELETE', `/accounts/${leaver.id}`)).status).toBe(404);
  });

  it('is refused to members, and for the last admin', async () => {
    expect((await member.call('DELETE', `/accounts/${admin.id}`)).fault.code).toBe('access.forbidden');
    expect((await admin.call('DELETE', `/accounts/${admin.id}`)).fault.code).toBe('conflict.state');
  });

  it('leaves one admin when two disable each other at once', async () => {
    const second = await makePerson(hub, admin, 'second@example.org', { admin: true });
    const replies = await Promise.all([admin.call('DELETE', `/accounts/${second.id}`), second.call('DELETE', `/accounts/${admin.id}`)]);
    expect(replies.filter(({ status }) => status === 204)).toHaveLength(1);
    expect(await hub.database.client.account.count({ where: { isAdmin: true, disabledAt: null } })).toBe(1);
  });
});

describe('whose way in has closed', () => {
  const session = { userId: 'u', sessionId: 's', apiTokenId: null, admin: false, via: 'session' } as const;
  const machine = { userId: 'u', sessionId: null, apiTokenId: 't', admin: false, via: 'api-token' } as const;
  it.each([
    [{ userId: 'u' }, true, true],
    [{ userId: 'other' }, false, false],
    [{ userId: 'u', sessionId: 's' }, true, false],
    [{ userId: 'u', sessionId: 'other' }, false, false],
    [{ userId: 'u', exceptSessionId: 's' }, false, false],
    [{ userId: 'u', exceptSessionId: 'other' }, true, false],
    [{ userId: 'u', apiTokenId: 't' }, false, true],
    [{ userId: 'u', apiTokenId: 'other' }, false, false],
  ])('%j: a session %s, an API token %s', (ending, bySession, byToken) => {
    expect([endsCaller(ending, session), endsCaller(ending, machine)]).toEqual([bySession, byToken]);
  });
});
