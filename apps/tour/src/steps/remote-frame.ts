import { Fault } from '@podnet/errors';
import { col, len, type FetchedTable, type RemoteLazyFrame } from '@podnet/sdk';
import { pooledGroups, questionOf, type Question } from '../data/question.ts';
import type { Scene } from '../data/site.ts';
import type { Step } from '../stage.ts';

/** A General Modeller asks all pods one question with a frame. Crowds stand behind every number, so all pods release it; compared with the pooled rows. */
export const remoteFrame: Step = {
  name: 'remote-frame',
  async run({ scene, people }) {
    const question = questionOf(scene);
    const frame = people.researcher.podnet.frame(scene.dataset, { pods: scene.sites.map(({ pod }) => pod) });
    const table = await asFrame(frame, question).fetch({ label: 'Means by frame' });
    return comparedWithPooled(scene, question, table);
  },
};

function asFrame(frame: RemoteLazyFrame, { by, mean }: Question): RemoteLazyFrame {
  const [rows, average] = [len().alias('rows'), col(mean).mean().alias('mean')];
  return by === null ? frame.select(rows, average) : frame.groupBy(by).agg(rows, average).sort(by);
}

/** What a step tells of an answer. **Throws** `task.failed` where it is not that of the pooled rows. */
export function comparedWithPooled(scene: Scene, { by, mean }: Question, table: FetchedTable) {
  const own = new Map(pooledGroups(scene, { by, mean }).map((group) => [group.key, group]));
  const groups = table.toRecords().map((row) => ({ key: by === null || row[by] === null ? null : String(row[by]), rows: Number(row['rows']), mean: Number(row['mean']) }));
  const alike = groups.length === own.size && groups.every(({ key, rows, mean: asked }) => {
    const pooled = own.get(key);
    return pooled !== undefined && rows === pooled.rows && Math.abs(asked - pooled.mean) <= 1e-9 * Math.max(1, Math.abs(pooled.mean));
  });
  if (!alike) throw new Fault('task.failed', 'The answer is not that of the pooled rows.');
  const means = groups.map((group) => `${group.key ?? (by === null ? 'all' : 'none')} ${group.mean.toFixed(4)}`).join(', ');
  return { says: `mean of ${mean}${by === null ? '' : ` by ${by}`} over ${table.origin.pods.length} pods, exactly as pooled: ${means}`, by, column: mean, pods: table.origin.pods, groups };
}
