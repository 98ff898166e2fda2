import { Fault } from '@podnet/errors';
import { optionalText, type Option, type Values } from '../command.ts';
import type { Context } from '../context.ts';

export const podsOption: Option = { flags: '--pods <pod/dataset...>', says: 'pods with their datasets', completes: 'pod' };
export const datasetOption: Option = { flags: '--dataset <name>', says: 'every pod that serves a dataset of this name' };

/** The pods that a command is about, as `pod/dataset`. **Throws** `usage.invalid` without any, `dataset.unknown` where none serves the dataset. */
export async function askedPods(context: Context, values: Values, at = '--pods'): Promise<readonly string[]> {
  const named = values['pods'];
  if (Array.isArray(named) && named.length > 0) return named;
  const everywhere = optionalText(values, 'dataset');
  if (everywhere === undefined) throw new Fault('usage.invalid', 'No dataset is named.', { at, hint: `Name pods with ${at === '--pods' ? '--pods POD/DATASET' : 'POD/DATASET'}, or every pod of a dataset with --dataset NAME.` });
  const { scope } = await (await context.podnet()).frameOfAll(everywhere);
  return scope.pods!.map(({ pod, dataset }) => `${pod}/${dataset}`);
}
