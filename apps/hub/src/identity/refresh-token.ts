import { randomBytes } from 'node:crypto';
import { id } from '@podnet/contracts';
import { hashSecret, sameHash } from './secret.ts';

const prefix = 'pnr';
const sessionId = id('session');

/**
 * A refresh token names its session and has two secrets: the family's, which stays, and its own, which is drawn anew at each
 * use. A token with the right family and an old secret of its own is a copy that somebody used before: the session is in two
 * hands. One with a wrong family is no token of ours, and ends nothing.
 */
export interface RefreshToken {
  sessionId: string;
  family: string;
  own: string;
}

const draw = (): string => randomBytes(24).toString('base64url');

export const makeRefreshToken = (session: string, family: string = draw()): RefreshToken => ({ sessionId: session, family, own: draw() });

export const writeRefreshToken = ({ sessionId: session, family, own }: RefreshToken): string => [prefix, session, family, own].join('.');

/** Undefined: nothing we ever gave out. */
export function readRefreshToken(text: string): RefreshToken | undefined {
  const [start, session, family, own, ...rest] = text.split('.');
  if (start !== prefix || rest.length > 0 || !family || !own || !sessionId.safeParse(session).success) return undefined;
  return { sessionId: session!, family, own };
}

/** Two processes of one person may renew at the same time; the one that comes late is not a thief. */
const leewayMs = 10_000;

/** What is stored: hashes of the family, of the current secret and of the one before, and when that was replaced. */
export const refreshHash = (token: RefreshToken, replaced?: { token: RefreshToken; at: number }): string =>
  [hashSecret(token.family), hashSecret(token.own), replaced ? hashSecret(replaced.token.own) : '', replaced?.at ?? ''].join('.');

/** How a token stands to what is stored. */
export function compareRefreshToken(token: RefreshToken, stored: string, now: number): 'current' | 'just-replaced' | 'old' | 'foreign' {
  const [family = '', own = '', before = '', at = ''] = stored.split('.');
  if (!sameHash(family, hashSecret(token.family))) return 'foreign';
  const given = hashSecret(token.own);
  if (sameHash(own, given)) return 'current';
  return sameHash(before, given) && now - Number(at) < leewayMs ? 'just-replaced' : 'old';
}
