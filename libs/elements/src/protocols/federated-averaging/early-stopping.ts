import { Fault } from '@podnet/errors';
import { isBetter } from '@podnet/learning';
import type { Evaluated } from '../../modeller-part.ts';
import type { FederatedAveragingParams } from './manifest.ts';
import type { State } from './state.ts';

type Watch = NonNullable<FederatedAveragingParams['earlyStopping']>;

/**
 * Compares the weights of a measured round with the best so far.
 * **Throws** `policy.too-few-rows` when no pod could measure them: waiting would never end.
 */
export function noteMeasured({ metric, minDelta }: Watch, { best, waited }: State, round: number, weights: Float64Array, validation: Evaluated | null): Pick<State, 'best' | 'waited'> {
  if (!validation) throw new Fault('policy.too-few-rows', 'Early stopping needs validation rows, and no pod has enough of them.', { at: 'protocol.earlyStopping' });
  const value = validation.metrics[metric] ?? null;
  if (best === null || isBetter(metric, value, best.value, minDelta)) return { best: { round, value, weights }, waited: 0 };
  return { best, waited: waited + 1 };
}
