import { Fault } from '@podnet/errors';
import { seedFrom } from '../random.ts';

/** How long a call trains: whole passes over the rows, or single steps of the optimiser. */
export type Amount = { epochs: number } | { steps: number };

/** Which batches one call takes. Batch `s` of the call is batch `(first + s) % perEpoch` of pass `⌊(first + s) / perEpoch⌋`. */
export interface Schedule {
  first: number;
  steps: number;
  seedOfPass(pass: number): number;
}

/**
 * Epochs: each call passes over all rows `epochs` times, shuffled anew from (seed, round, epoch).
 * Steps: round r goes on where round r − 1 ended, so all rows serve equally over the rounds; passes are shuffled from (seed, pass).
 * Both depend on the arguments alone: nothing has to be remembered between rounds.
 */
export function scheduleOf(amount: Amount, perEpoch: number, round: number, seed: number | string): Schedule {
  if (!Number.isSafeInteger(round) || round < 0) throw new Fault('usage.invalid', 'The round must be a whole number of at least 0.', { at: 'round' });
  if ('epochs' in amount === 'steps' in amount) throw new Fault('usage.invalid', 'Say how long to train by epochs or by steps, one of the two.', { at: 'amount' });
  if ('epochs' in amount) {
    requireAmount(amount.epochs, 'epochs');
    return { first: 0, steps: amount.epochs * perEpoch, seedOfPass: (pass) => seedFrom('epochs', seed, round, pass) };
  }
  requireAmount(amount.steps, 'steps');
  return { first: round * amount.steps, steps: amount.steps, seedOfPass: (pass) => seedFrom('steps', seed, pass) };
}

function requireAmount(amount: number, name: string): void {
  if (!Number.isInteger(amount) || amount < 1 || amount > 1_000_000) {
    throw new Fault('usage.invalid', `The number of ${name} must be a whole number from 1 to 1000000.`, { at: `amount.${name}` });
  }
}
