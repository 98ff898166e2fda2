import { Fault } from '@podnet/errors';
import { makeRest, type CallAnswer, type CallInput, type Rest } from './rest.ts';
import type { ClientStore } from './store.ts';

type SignedIn = CallAnswer<'signIn'>;

interface StoredSession {
  accessToken: string;
  expiresAt: string;
  refreshToken: string;
  account: SignedIn['account'];
}

export interface Session {
  /** REST calls as the signed-in account. */
  rest: Rest;
  /** A token that is good for a while; renewed when needed. **Throws** `auth.required` when nobody is signed in. */
  token(): Promise<string>;
  account(): Promise<SignedIn['account'] | undefined>;
  signIn(input: CallInput<'signIn'>['body']): Promise<SignedIn['account']>;
  setUp(input: CallInput<'setUp'>['body']): Promise<SignedIn['account']>;
  acceptInvitation(input: CallInput<'acceptInvitation'>['body']): Promise<SignedIn['account']>;
  signOut(): Promise<void>;
}

/** Renew this long before the end. */
const renewBeforeMs = 60_000;

/** A signed-in account, kept in the store. An `apiToken` of a machine takes the place of a session. */
export function makeSession(options: { hub: string; store: ClientStore; apiToken?: string; fetch?: typeof fetch; now?: () => number }): Session {
  const { hub, store, apiToken, now = Date.now } = options;
  const open = makeRest({ hub, ...(options.fetch ? { fetch: options.fetch } : {}) });
  let renewing: Promise<string | undefined> | undefined;

  const load = async (): Promise<StoredSession | undefined> => (await store.load('session')) as StoredSession | undefined;

  async function keep(answer: SignedIn): Promise<SignedIn['account']> {
    await store.save('session', answer satisfies StoredSession);
    return answer.account;
  }

  async function renew(): Promise<string | undefined> {
    const session = await load();
    if (!session) return undefined;
    try {
      const answer = await open.call('refresh', { body: { refreshToken: session.refreshToken } });
      await keep(answer);
      return answer.accessToken;
    } catch (error) {
      if (!(error instanceof Error) || (error as Fault).code === 'hub.unreachable') throw error;
      // Another process of the same person may be renewing it: what it stores then is the session.
      if ((error as Fault).code === 'conflict.stale') await new Promise((ready) => setTimeout(ready, 500));
      const other = await load();
      if (other && other.refreshToken !== session.refreshToken) return other.accessToken;
      await store.remove('session');
      throw new Fault('auth.expired', 'The session has ended.', { hint: 'Sign in again: podnet login.' });
    }
  }

  async function token(force: boolean): Promise<string | undefined> {
    if (apiToken) return apiToken;
    const session = await load();
    if (!session) return undefined;
    if (!force && Date.parse(session.expiresAt) - now() > renewBeforeMs) return session.accessToken;
    renewing ??= renew().finally(() => (renewing = undefined));
    return renewing;
  }

  const rest = makeRest({ hub, token, ...(options.fetch ? { fetch: options.fetch } : {}) });
  return {
    rest,
    async token() {
      const current = await token(false);
      if (!current) throw new Fault('auth.required', undefined, { hint: 'Sign in first: podnet login.' });
      return current;
    },
    account: async () => (apiToken ? rest.call('me', {}) : (await load())?.account),
    signIn: async (body) => keep(await open.call('signIn', { body })),
    setUp: async (body) => keep(await open.call('setUp', { body })),
    acceptInvitation: async (body) => keep(await open.call('acceptInvitation', { body })),
    async signOut() {
      await rest.call('signOut', {}).catch(() => undefined);
      await store.remove('session');
    },
  };
}
