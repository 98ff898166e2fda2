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

/** What is stored. */
export const refreshHash = ({ family, own }: RefreshToken): string => `${hashSecret(family)}.${hashSecret(own)}`;

/** How a token stands to what is stored. */
export function compareRefreshToken(token: RefreshToken, stored: string): 'current' | 'old' | 'foreign' {
  const [family = '', own = ''] = stored.split('.');
  if (!sameHash(family, hashSecret(token.family))) return 'foreign';
  return sameHash(own, hashSecret(token.own)) ? 'current' : 'old';
}
