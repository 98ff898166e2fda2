import { createHash } from 'node:crypto';
import { sha256, sha256Base64url } from './digest.ts';

describe('a digest', () => {
  it.each([0, 1, 55, 56, 64, 1_048_576, 1_048_577])('of %d bytes is SHA-256, however it is computed', async (length) => {
    const bytes = Uint8Array.from({ length }, (_, i) => i * 31);
    const expected = createHash('sha256').update(bytes).digest();
    expect([...(await sha256(bytes))]).toEqual([...expected]);
    expect(await sha256Base64url(bytes)).toBe(expected.toString('base64url'));
  });

  it('of a text is that of its UTF-8', async () => {
    expect(await sha256Base64url('ä🦊')).toBe(createHash('sha256').update('ä🦊').digest('base64url'));
  });

  it('is the caller’s own', async () => {
    const [a, b] = [await sha256('x'), await sha256('x')];
    a.fill(0);
    expect(b.every((byte) => byte === 0)).toBe(false);
    expect(a.buffer.byteLength).toBe(32);
  });
});
