import { Fault } from '@podnet/errors';
import { pooledTable } from '../data/column-values.ts';
import { runTask, taskOver, type Step } from '../stage.ts';

/** The mean over all pods, from their sums and counts; compared with the mean of the pooled rows. */
export const columnAverage: Step = {
  name: 'column-average',
  async run(stage, bar) {
    const column = stage.scene.averaged;
    const task = taskOver(stage, { label: 'An average', protocol: { name: 'results-only' }, algorithm: { name: 'column-average', columns: [column] } });
    const outcome = await runTask(stage.people.scientist, task, bar);
    const { columns } = outcome.summary as { columns: { column: string; count: number; mean: number }[] };
    const pooled = columns.find((entry) => entry.column === column)!;

    const own = pooledTable(stage.scene).columns.find((each) => each.name === column);
    const values = own?.kind === 'number' ? own.values.filter((value) => !Number.isNaN(value)) : new Float64Array();
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    if (pooled.count !== values.length || Math.abs(pooled.mean - mean) > 1e-9 * Math.abs(mean)) throw new Fault('task.failed', 'The pooled mean is not that of the pooled rows.');
    return { says: `${column}: ${pooled.mean.toFixed(4)} over ${outcome.contributors.length} pods, exactly as pooled`, column, mean: pooled.mean, count: pooled.count, pooledMean: mean };
  },
};
