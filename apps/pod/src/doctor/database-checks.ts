import type { DatasetConfig } from '@podnet/contracts';
import { askDatabase } from '../snapshots/copier.ts';
import { bad, good, type Finding } from './finding.ts';
import { fromFault } from './home-checks.ts';

/** The database of a dataset: reached, understood, and by a user who can only read. */
export async function checkDatabase(dataset: DatasetConfig): Promise<Finding[]> {
  const check = `database:${dataset.name}`;
  try {
    const { columns, canWrite } = await askDatabase(dataset);
    const found = good(check, `The database answers with ${columns.length} columns.`);
    if (!canWrite) return [found, good(check, 'Its user can only read.')];
    return [found, bad(check, 'Its user could change the database. The pod only reads, but whoever gets hold of the address would not.', 'Make a user of its own for the pod, with GRANT SELECT and nothing else, and without CREATE on any schema.')];
  } catch (error) {
    return [fromFault(check, error)];
  }
}
