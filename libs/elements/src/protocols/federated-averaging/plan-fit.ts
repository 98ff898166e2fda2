import { Fault } from '@podnet/errors';
import type { AveragingSide, ProtocolWork } from '../../modeller-part.ts';
import { didYouMean } from '../../nearest-name.ts';
import { printable } from '../../params-fault.ts';
import type { FederatedAveragingParams } from './manifest.ts';

/** **Throws** `usage.invalid` for given weights that do not name exactly the pods, or a metric that the model does not have. */
export function requireFit({ params, pods }: ProtocolWork<FederatedAveragingParams>, side: AveragingSide): void {
  const { weights, earlyStopping } = params;
  if (typeof weights === 'object') {
    const names = pods.map(({ podName }) => podName);
    for (const name of Object.keys(weights)) {
      if (!names.includes(name)) throw new Fault('usage.invalid', `There is no pod ${printable(name)} in this task.`, { at: `protocol.weights.${printable(name)}`, hint: didYouMean(name, names) });
    }
    for (const name of names) {
      if (!Object.hasOwn(weights, name)) throw new Fault('usage.invalid', `The pod ${printable(name)} has no weight.`, { at: 'protocol.weights', hint: 'Give a weight for every pod, or take rows or equal.' });
    }
  }
  if (earlyStopping && !side.metrics.includes(earlyStopping.metric)) {
    throw new Fault('usage.invalid', `The model has no metric ${earlyStopping.metric}.`, { at: 'protocol.earlyStopping.metric', hint: `It has ${side.metrics.join(', ')}.` });
  }
}
