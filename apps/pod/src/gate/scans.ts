import type { TaskPayload } from '@podnet/contracts';
import { findAlgorithm } from '@podnet/elements';
import { isFault } from '@podnet/errors';

type Asked = Pick<TaskPayload, 'algorithm'>;

/** Names of datasets and frames that a task reads through a plan. Null: its algorithm asks by no plans. **Throws** never: what cannot be read is looked at elsewhere. */
export function scansOf({ algorithm }: Asked): readonly string[] | null {
  const scans = findAlgorithm(algorithm.name, algorithm.version)?.scans;
  if (!scans) return null;
  try {
    return scans(algorithm.params);
  } catch (error) {
    if (!isFault(error)) throw error;
    return [];
  }
}
