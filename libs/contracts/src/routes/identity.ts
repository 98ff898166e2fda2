import { z } from 'zod';
import { id } from '../id.ts';
import { limits } from '../limits.ts';
import { publicKeys } from '../signed.ts';
import { email, instant, line } from '../text.ts';
import { route } from './route.ts';

const secret = z.string().min(16).max(200);
/** Long rather than intricate (NIST SP 800-63B). */
const password = z.string().min(12).max(200);

// What is shown to people may not repaint their terminals, whichever hub it comes from.
export const account = z.strictObject({ id: id('account'), email: line(254), name: line(200), admin: z.boolean(), createdAt: instant, disabledAt: instant.nullable() });
export const device = z.strictObject({ id: id('device'), name: line(200), fingerprint: line(200), keys: publicKeys, createdAt: instant, revokedAt: instant.nullable() });
export const apiToken = z.strictObject({ id: id('apiToken'), name: line(200), createdAt: instant, expiresAt: instant, lastUsedAt: instant.nullable() });
export const signedIn = z.strictObject({ accessToken: z.string(), expiresAt: instant, refreshToken: z.string(), account });
const byId = (kind: 'account' | 'device' | 'apiToken') => z.strictObject({ id: id(kind) });

export const identityRoutes = {
  setUp: route({ method: 'POST', path: '/setup', access: 'public', guarded: true, tag: 'identity', summary: 'Make the first admin with the one-time token printed at first start', body: z.strictObject({ token: secret, email, name: line(100), password }), answer: signedIn, status: 201 }),
  signIn: route({ method: 'POST', path: '/sessions', access: 'public', guarded: true, tag: 'identity', summary: 'Sign in', body: z.strictObject({ email, password: z.string().max(200) }), answer: signedIn, status: 201 }),
  refresh: route({ method: 'POST', path: '/sessions/refresh', access: 'public', guarded: true, tag: 'identity', summary: 'Exchange a refresh token for new tokens; the old one is void', body: z.strictObject({ refreshToken: secret }), answer: signedIn, status: 200 }),
  signOut: route({ method: 'DELETE', path: '/sessions/current', access: 'account', tag: 'identity', summary: 'Sign out' }),
  signOutEverywhere: route({ method: 'DELETE', path: '/sessions', access: 'account', tag: 'identity', summary: 'End every session of this account' }),
  me: route({ method: 'GET', path: '/me', access: 'account', tag: 'identity', summary: 'The signed-in account', answer: account }),
  changePassword: route({ method: 'POST', path: '/me/password', access: 'account', guarded: true, tag: 'identity', summary: 'Change the password; every other session ends', body: z.strictObject({ current: z.string().max(200), next: password }), status: 204 }),

  invite: route({ method: 'POST', path: '/invitations', access: 'admin', tag: 'identity', summary: 'Invite somebody; the token is shown once', body: z.strictObject({ email, admin: z.boolean().default(false) }), answer: z.strictObject({ id: id('invitation'), token: z.string(), expiresAt: instant }), status: 201 }),
  acceptInvitation: route({ method: 'POST', path: '/invitations/accept', access: 'public', guarded: true, tag: 'identity', summary: 'Make an account with an invitation', body: z.strictObject({ token: secret, name: line(100), password }), answer: signedIn, status: 201 }),
  listAccounts: route({ method: 'GET', path: '/accounts', access: 'admin', tag: 'identity', summary: 'All accounts', answer: z.strictObject({ accounts: z.array(account) }) }),
  disableAccount: route({ method: 'DELETE', path: '/accounts/:id', access: 'admin', tag: 'identity', summary: 'Disable an account: sessions end, its open tasks are cancelled', params: byId('account') }),
  findAccount: route({ method: 'GET', path: '/accounts/by-email', access: 'account', guarded: true, tag: 'identity', summary: 'The account behind an exact e-mail address, for those who assign roles (admins and custodians of a pod)', query: z.strictObject({ email }), answer: z.strictObject({ id: id('account'), email: line(254), name: line(200), devices: z.array(z.strictObject({ fingerprint: line(200) })) }) }),

  listDevices: route({ method: 'GET', path: '/me/devices', access: 'account', tag: 'keys', summary: 'Device keys of this account', answer: z.strictObject({ devices: z.array(device) }) }),
  addDevice: route({ method: 'POST', path: '/me/devices', access: 'account', tag: 'keys', summary: 'Register a device by the public halves of its keys', body: z.strictObject({ name: line(100), keys: publicKeys }), answer: device, status: 201 }),
  revokeDevice: route({ method: 'DELETE', path: '/me/devices/:id', access: 'account', tag: 'keys', summary: 'Revoke a device: nothing signed by it is taken any more', params: byId('device') }),

  listApiTokens: route({ method: 'GET', path: '/me/tokens', access: 'account', tag: 'identity', summary: 'API tokens of this account', answer: z.strictObject({ tokens: z.array(apiToken) }) }),
  addApiToken: route({ method: 'POST', path: '/me/tokens', access: 'account', tag: 'identity', summary: 'Make an API token for a machine; it is shown once', body: z.strictObject({ name: line(100), expiresInMs: z.number().int().min(60_000).max(limits.apiTokenMs).optional() }), answer: z.strictObject({ token: z.string(), info: apiToken }), status: 201 }),
  revokeApiToken: route({ method: 'DELETE', path: '/me/tokens/:id', access: 'account', tag: 'identity', summary: 'Revoke an API token', params: byId('apiToken') }),
};
