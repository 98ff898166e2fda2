import { isFault } from '@podnet/errors';

/** A hub that is away longer than this is away. */
export const hubAwayMs = 120_000;

const pauseMs = 250;

/** True for what passes when the hub comes back. */
export const isPassing = (error: unknown): boolean => isFault(error) && (error.code === 'hub.unreachable' || error.code === 'internal.unavailable');

/**
 * Repeats a call that may be repeated while the hub is away, for at most `forMs` milliseconds.
 * **Throws** the last fault, and at once what is not of passing nature.
 */
export async function patiently<T>(call: () => Promise<T>, forMs: number, signal?: AbortSignal): Promise<T> {
  const until = Date.now() + forMs;
  for (;;) {
    try {
      return await call();
    } catch (error) {
      if (!isPassing(error) || Date.now() > until || signal?.aborted) throw error;
      await new Promise((again) => setTimeout(again, pauseMs));
    }
  }
}
