import { checkFresh, memoryReplayGuard, replayGuardContract, replayMarginMs } from './index.ts';

const now = 1_700_000_000_000;
const minute = 60_000;

describe('a message in time', () => {
  it.each<[string, number, number, object | undefined, string]>([
    ['passes between its times', now - minute, now + minute, undefined, 'passes'],
    ['passes at its beginning', now, now + minute, undefined, 'passes'],
    ['passes at its end', now - minute, now, undefined, 'passes'],
    ['passes within the leeway after its end', now - minute, now - 30_000, undefined, 'passes'],
    ['has expired after the leeway', now - minute, now - 30_001, undefined, 'envelope.expired'],
    ['has expired long ago', now - 9 * minute, now - 5 * minute, undefined, 'envelope.expired'],
    ['passes when a clock is a little ahead', now + 30_000, now + minute, undefined, 'passes'],
    ['is not valid yet', now + 30_001, now + minute, undefined, 'envelope.expired'],
    ['keeps to a leeway of 0', now - minute, now - 1, { leewayMs: 0 }, 'envelope.expired'],
    ['is too old, whatever it says itself', now - 10 * minute - 30_001, now + minute, { maxAgeMs: 10 * minute }, 'envelope.expired'],
    ['passes at the greatest age', now - 10 * minute - 30_000, now + minute, { maxAgeMs: 10 * minute }, 'passes'],
    ['is too old when the greatest age is none', now - minute, now + minute, { maxAgeMs: NaN }, 'envelope.expired'],
    ['ends before it begins', now, now - 1, undefined, 'envelope.malformed'],
    ['begins at no time', NaN, now + minute, undefined, 'envelope.malformed'],
    ['never ends', now, Infinity, undefined, 'envelope.malformed'],
    ['ends within a millisecond', now, now + 0.5, undefined, 'envelope.malformed'],
    ['says its time as a text', '2026-01-01' as never, now, undefined, 'envelope.malformed'],
    ['is read with a leeway in which a guard forgets', now, now, { leewayMs: replayMarginMs + 1 }, 'usage.invalid'],
    ['is read with a leeway that is none', now, now, { leewayMs: NaN }, 'usage.invalid'],
  ])('%s', (_, issuedAt, expiresAt, limits, outcome) => {
    const check = () => checkFresh({ issuedAt, expiresAt }, now, limits);
    if (outcome === 'passes') expect(check).not.toThrow();
    else expect(check).toThrow(expect.objectContaining({ code: outcome }));
  });

  it('is refused by a clock that does not tell the time', () => {
    expect(() => checkFresh({ issuedAt: now, expiresAt: now }, NaN)).toThrow(expect.objectContaining({ code: 'envelope.expired' }));
  });
});

describe('a replay guard in memory', () => {
  it.each(replayGuardContract(memoryReplayGuard))('$name', ({ run }) => run());

  it('keeps a message out for the whole time in which it is fresh', () => {
    let instant = now;
    const guard = memoryReplayGuard({ capacity: 100, now: () => instant });
    const lifetime = { issuedAt: now, expiresAt: now + 5 * minute };
    expect(guard.seen('grant', lifetime.expiresAt)).toBe(false);
    for (; instant < now + 20 * minute; instant += 1_000) {
      guard.seen(`other ${instant}`, instant);
      let fresh = true;
      try {
        checkFresh(lifetime, instant);
      } catch {
        fresh = false;
      }
      expect(fresh && !guard.seen('grant', lifetime.expiresAt)).toBe(false);
    }
  });

  it('forgets what has expired, so that it does not grow', () => {
    let instant = now;
    const guard = memoryReplayGuard({ capacity: 1_000, now: () => instant });
    for (let i = 0; i < 50_000; i++, instant += 100) expect(guard.seen(`id ${i}`, instant + 1_000)).toBe(false);
  });
});

describe('the contract of replay guards', () => {
  it.each([
    ['remembers nothing', () => ({ seen: () => false })],
    ['takes everything for a replay', () => ({ seen: () => true })],
    [
      'forgets at the end instead of after the leeway',
      ({ now: clock }: { now: () => number }) => {
        const ends = new Map<string, number>();
        return {
          seen(id: string, expiresAt: number) {
            const known = (ends.get(id) ?? -Infinity) >= clock();
            ends.set(id, expiresAt);
            return known;
          },
        };
      },
    ],
    [
      'takes anything for an id',
      () => {
        const ids = new Set<string>();
        return { seen: (id: string) => ids.has(id) || (ids.add(id), false) };
      },
    ],
  ])('catches a guard that %s', async (_, make) => {
    const outcomes = await Promise.allSettled(replayGuardContract(make as never).map(async ({ run }) => run()));
    expect(outcomes.some(({ status }) => status === 'rejected')).toBe(true);
  });
});
