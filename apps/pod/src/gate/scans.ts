import type { TaskPayload } from '@podnet/contracts';
import { findAlgorithm, scansBeside } from '@podnet/elements';
import { isFault } from '@podnet/errors';

type Asked = Pick<TaskPayload, 'protocol' | 'algorithm' | 'model' | 'dataset'>;

/** Whether an algorithm asks by plans: then it has no other way to data. */
export const asksByPlan = ({ algorithm }: Pick<TaskPayload, 'algorithm'>): boolean => findAlgorithm(algorithm.name, algorithm.version)?.scans !== undefined;

/** Whether all that an algorithm tells has noise: then it counts under contribution bounds, and no policy of crowds judges it. */
export const answersWithNoise = ({ algorithm }: { algorithm: Pick<TaskPayload['algorithm'], 'name' | 'version'> }): boolean => findAlgorithm(algorithm.name, algorithm.version)?.answersWithNoise === true;

/** Names of datasets and frames that a task reads through a plan beside its own dataset. None where its parameters cannot be read, which is said elsewhere. */
export function scansOf({ protocol, algorithm, model, dataset }: Asked): readonly string[] {
  try {
    return scansBeside({ protocol, algorithm, model }, dataset);
  } catch (error) {
    if (!isFault(error)) throw error;
    return [];
  }
}
