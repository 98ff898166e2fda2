import { Fault } from '@podnet/errors';

/** Remembers the messages that were used, so that none is used twice. */
export interface ReplayGuard {
  /**
   * Marks a message as used and says whether it was used before. It is remembered at least until `replayMarginMs` after
   * `expiresAt`; from then on `checkFresh` refuses it.
   *
   * **Units** `expiresAt` in epoch milliseconds.
   * **Throws** `usage.invalid` for an empty or overlong id or a time that is none; `internal.unavailable` when nothing more can be
   * remembered: a guard that forgets to make room is none.
   */
  seen(id: string, expiresAt: number): boolean;
}

/** Longer than any leeway that `checkFresh` is used with. */
export const replayMarginMs = 60_000;

export const maxReplayIdLetters = 512;

/** A guard in memory, for a process whose messages do not outlive it. */
export function memoryReplayGuard({ capacity = 100_000, now }: { capacity?: number; now: () => number }): ReplayGuard {
  const forgetAt = new Map<string, number>();
  let earliest = Infinity;

  const sweep = (instant: number) => {
    earliest = Infinity;
    for (const [id, at] of forgetAt) {
      if (at < instant) forgetAt.delete(id);
      else earliest = Math.min(earliest, at);
    }
  };

  return {
    seen(id, expiresAt) {
      checkReplayEntry(id, expiresAt);
      const known = forgetAt.get(id);
      const until = expiresAt + replayMarginMs;
      if (known === undefined && forgetAt.size >= capacity) {
        const instant = now();
        // Sweeping is worth its time only when something can go.
        if (earliest < instant) sweep(instant);
        if (forgetAt.size >= capacity) throw new Fault('internal.unavailable', 'Too many messages arrived at once.', { retryAfter: 60 });
      }
      forgetAt.set(id, Math.max(known ?? -Infinity, until));
      earliest = Math.min(earliest, until);
      return known !== undefined;
    },
  };
}

/** What every guard asks of its arguments. */
export function checkReplayEntry(id: string, expiresAt: number): void {
  if (typeof id !== 'string' || id === '' || id.length > maxReplayIdLetters) throw new Fault('usage.invalid', 'The id of a message must be a text of usable length.', { at: 'id' });
  if (!Number.isSafeInteger(expiresAt)) throw new Fault('usage.invalid', 'The end of a message must be in whole epoch milliseconds.', { at: 'expiresAt' });
}
