import type { Facts } from './facts.ts';

/** What a task asked of differential privacy, read once: a value that changes under a second look is never looked at twice. */
export type AskedPrivacy = { form: 'none' } | { form: 'malformed' } | { form: 'asked'; epsilon: number; delta: number };

const none: AskedPrivacy = { form: 'none' };
const malformed: AskedPrivacy = { form: 'malformed' };

/**
 * Epsilon must be a finite number > 0, delta one > 0 and < 1. Texts, booleans, boxed and big numbers are not numbers here.
 *
 * **Throws** never, whatever the values are.
 */
export function readPrivacy(facts: Facts): AskedPrivacy {
  try {
    const asked: unknown = facts.privacy;
    if (asked === null || asked === undefined) return none;
    if (typeof asked !== 'object') return malformed;
    const { epsilon, delta } = asked as { epsilon: unknown; delta: unknown };
    if (typeof epsilon !== 'number' || typeof delta !== 'number') return malformed;
    if (!(epsilon > 0 && epsilon < Infinity && delta > 0 && delta < 1)) return malformed;
    return { form: 'asked', epsilon, delta };
  } catch {
    return malformed;
  }
}
