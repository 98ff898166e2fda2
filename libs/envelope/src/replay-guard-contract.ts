import { maxReplayIdLetters, replayMarginMs, type ReplayGuard } from './replay-guard.ts';

export interface ReplayGuardRow {
  /** A sentence about the guard. */
  name: string;
  /** Rejects when the sentence is not true. */
  run(): void | Promise<void>;
}

/** Makes an empty guard that reads the time from `now` and remembers `capacity` messages (as many as it likes, if undefined). */
export type MakeReplayGuard = (options: { now: () => number; capacity?: number }) => ReplayGuard | Promise<ReplayGuard>;

/**
 * What every `ReplayGuard` must do, as rows for `it.each` of any runner. For specs.
 * `bounded: false` leaves out the row about a full guard, for stores without a limit of their own.
 */
export function replayGuardContract(make: MakeReplayGuard, { bounded = true }: { bounded?: boolean } = {}): ReplayGuardRow[] {
  const start = 1_700_000_000_000;
  const row = (name: string, check: (tools: { guard: ReplayGuard; clock: { now: number } }) => void, capacity?: number): ReplayGuardRow => ({
    name,
    run: async () => {
      const clock = { now: start };
      check({ guard: await make({ now: () => clock.now, capacity }), clock });
    },
  });

  const rows = [
    row('lets a message pass once', ({ guard }) => {
      expectEqual(guard.seen('a', start + 1_000), false);
      expectEqual(guard.seen('a', start + 1_000), true);
      expectEqual(guard.seen('a', start + 1_000), true);
    }),
    row('tells messages apart by every letter', ({ guard }) => {
      for (const id of ['a', 'A', 'a ', 'á', 'a\u0301', "a'--", 'a%', 'aa']) expectEqual(guard.seen(id, start + 1_000), false);
      for (const id of ['a', 'A', 'a ', 'á', 'a\u0301', "a'--", 'a%', 'aa']) expectEqual(guard.seen(id, start + 1_000), true);
    }),
    row('does not trust a second message that names another end', ({ guard }) => {
      expectEqual(guard.seen('a', start + 1_000), false);
      expectEqual(guard.seen('a', start + 9_000_000), true);
    }),
    row('remembers a message for as long as a late clock could still accept it', ({ guard, clock }) => {
      expectEqual(guard.seen('a', start + 1_000), false);
      clock.now = start + 1_000 + replayMarginMs;
      for (let i = 0; i < 10; i++) guard.seen(`other ${i}`, clock.now);
      expectEqual(guard.seen('a', start + 1_000), true);
    }),
    row('keeps the later of two ends', ({ guard, clock }) => {
      guard.seen('a', start + 100_000);
      guard.seen('a', start);
      clock.now = start + 100_000 + replayMarginMs;
      for (let i = 0; i < 10; i++) guard.seen(`other ${i}`, clock.now);
      expectEqual(guard.seen('a', start + 100_000), true);
    }),
    row('refuses ids and times that are none', ({ guard }) => {
      for (const id of ['', 'x'.repeat(maxReplayIdLetters + 1)]) expectCode(() => guard.seen(id, start), 'usage.invalid');
      for (const time of [NaN, Infinity, -Infinity, 1.5]) expectCode(() => guard.seen('a', time), 'usage.invalid');
      expectEqual(guard.seen('x'.repeat(maxReplayIdLetters), start), false);
    }),
  ];
  const full = row(
    'refuses new messages when it is full, forgets none, and makes room when some have expired',
    ({ guard, clock }) => {
      for (let i = 0; i < 5; i++) expectEqual(guard.seen(`id ${i}`, start + (i < 2 ? 1_000 : 500_000)), false);
      expectCode(() => guard.seen('one more', start + 1_000), 'internal.unavailable');
      for (let i = 0; i < 5; i++) expectEqual(guard.seen(`id ${i}`, start + 1_000), true);
      clock.now = start + 1_000 + replayMarginMs;
      expectCode(() => guard.seen('one more', clock.now), 'internal.unavailable');
      clock.now++;
      expectEqual(guard.seen('one more', clock.now), false);
      expectEqual(guard.seen('id 4', start + 1_000), true);
    },
    5,
  );
  return bounded ? [...rows, full] : rows;
}

function expectEqual(actual: boolean, expected: boolean): void {
  if (actual !== expected) throw new Error(`The guard said ${actual} where ${expected} is right.`);
}

function expectCode(action: () => unknown, code: string): void {
  try {
    action();
  } catch (error) {
    if ((error as { code?: unknown }).code === code) return;
    throw error;
  }
  throw new Error(`The guard accepted what it must refuse with ${code}.`);
}
