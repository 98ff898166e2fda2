import { makeKeys, publicHalf, type KeyPair } from '@podnet/envelope';
import { call, type CallOptions, type Reply } from './call.ts';
import type { TestHub } from './hub.ts';

/** Somebody who is signed in at a test hub. */
export interface Person {
  id: string;
  email: string;
  password: string;
  token: string;
  refreshToken: string;
  call<T = Record<string, unknown>>(method: string, path: string, options?: CallOptions): Promise<Reply<T>>;
}

interface SignedIn {
  accessToken: string;
  refreshToken: string;
  account: { id: string; email: string };
}

const password = 'correct horse battery staple';

/** The setup token that a fresh hub told. */
export function setupToken(hub: TestHub): string {
  const token = /pns_[A-Za-z0-9_-]+/.exec(hub.announced.join('\n'))?.[0];
  if (token === undefined) throw new Error('The hub announced no setup token.');
  return token;
}

/** The first admin of a fresh hub. */
export async function makeAdmin(hub: TestHub, email = 'admin@example.org'): Promise<Person> {
  return personOf(hub, await call<SignedIn>(hub.url, 'POST', '/setup', { json: { token: setupToken(hub), email, name: 'Ada Admin', password } }));
}

/** Invites somebody and accepts for them. */
export async function makePerson(hub: TestHub, admin: Person, email: string, { admin: isAdmin = false } = {}): Promise<Person> {
  const { body } = await admin.call<{ token: string }>('POST', '/invitations', { json: { email, admin: isAdmin } });
  return personOf(hub, await call<SignedIn>(hub.url, 'POST', '/invitations/accept', { json: { token: body.token, name: email.split('@')[0], password } }));
}

/** Signs in once more: another session of the same person. */
export async function signIn(hub: TestHub, { email, password: secret }: Pick<Person, 'email' | 'password'>): Promise<Person> {
  return personOf(hub, await call<SignedIn>(hub.url, 'POST', '/sessions', { json: { email, password: secret } }));
}

/** Makes a device's keys and registers their public halves. */
export async function addDevice(person: Person, name = 'laptop'): Promise<{ keys: KeyPair; reply: Reply<{ id: string; fingerprint: string }> }> {
  const keys = await makeKeys();
  return { keys, reply: await person.call('POST', '/me/devices', { json: { name, keys: publicHalf(keys) } }) };
}

function personOf(hub: TestHub, { status, body, text }: Reply<SignedIn>): Person {
  if (status !== 201) throw new Error(`Not signed in: ${text}`);
  const { accessToken: token, refreshToken, account } = body;
  return { ...account, password, token, refreshToken, call: (method, path, options = {}) => call(hub.url, method, path, { token, ...options }) };
}
