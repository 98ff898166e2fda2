import { Fault } from '@podnet/errors';
import { replayMarginMs } from './replay-guard.ts';

export interface Lifetime {
  /** Epoch milliseconds. */
  issuedAt: number;
  /** Epoch milliseconds. */
  expiresAt: number;
}

export interface FreshnessLimits {
  /** How far two clocks may be apart; 30 s unless told otherwise. */
  leewayMs?: number;
  /** How old a message may be, whatever it says itself. */
  maxAgeMs?: number;
}

/**
 * Passes a message that is valid now.
 *
 * **Units** epoch milliseconds.
 * **Throws** `envelope.expired` when it has expired, is too old or is not valid yet; `envelope.malformed` when its times are none;
 * `usage.invalid` for a leeway in which a `ReplayGuard` could forget.
 */
export function checkFresh({ issuedAt, expiresAt }: Lifetime, now: number, { leewayMs = 30_000, maxAgeMs = Infinity }: FreshnessLimits = {}): void {
  if (!(leewayMs >= 0 && leewayMs <= replayMarginMs)) throw new Fault('usage.invalid', `The leeway may be ${replayMarginMs} ms at most.`, { at: 'leewayMs' });
  if (!Number.isSafeInteger(issuedAt) || !Number.isSafeInteger(expiresAt) || expiresAt < issuedAt) throw new Fault('envelope.malformed', 'The times of the message are not usable.', { at: 'expiresAt' });
  if (issuedAt > now + leewayMs) throw new Fault('envelope.expired', 'The message is not valid yet.', { at: 'issuedAt', hint: 'Compare the clocks of both machines.' });
  if (!(now <= expiresAt + leewayMs)) throw new Fault('envelope.expired', 'The message has expired.', { at: 'expiresAt' });
  if (!(now - issuedAt <= maxAgeMs + leewayMs)) throw new Fault('envelope.expired', 'The message is too old.', { at: 'issuedAt' });
}
