import { makeId } from '@podnet/contracts';
import { compareRefreshToken, makeRefreshToken, readRefreshToken, refreshHash, writeRefreshToken } from './refresh-token.ts';

describe('a refresh token', () => {
  const session = makeId('session');
  const first = makeRefreshToken(session);

  it('is read as it was written', () => {
    expect(readRefreshToken(writeRefreshToken(first))).toEqual(first);
    expect(writeRefreshToken(first).length).toBeLessThanOrEqual(200);
  });

  it.each(['', 'pnr', 'pnr...', `pnr.${session}.a`, `pnr.${session}..b`, `pnx.${session}.a.b`, `pnr.${session}.a.b.c`, 'pnr.ses_1.a.b', 'pnr.__proto__.a.b'])('is not %j', (text) => {
    expect(readRefreshToken(text)).toBeUndefined();
  });

  it('is current, just replaced, old or foreign', () => {
    const second = makeRefreshToken(session, first.family);
    const third = makeRefreshToken(session, first.family);
    const stored = refreshHash(third, { token: second, at: 1_000 });
    expect(compareRefreshToken(first, refreshHash(first), 0)).toBe('current');
    expect(compareRefreshToken(third, stored, 1_000)).toBe('current');
    expect(compareRefreshToken(second, stored, 10_999)).toBe('just-replaced');
    expect(compareRefreshToken(second, stored, 11_000)).toBe('old');
    expect(compareRefreshToken(first, stored, 1_000)).toBe('old');
    expect(compareRefreshToken(makeRefreshToken(session), stored, 1_000)).toBe('foreign');
  });

  it('is not stored as it is', () => {
    expect(refreshHash(first)).not.toContain(first.own);
    expect(refreshHash(first)).not.toContain(first.family);
  });
});
