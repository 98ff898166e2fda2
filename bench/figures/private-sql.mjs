// A private query over everything that stands between a modeller and ten million rows, beside the exact answer that `sql-query` gives a Super Modeller: the
// same SELECT, the same pod, in turns. Every question is another one, so that none is answered from the store. Every row is its own privacy unit.
import { wallMs } from '../runner/clock.mjs';
import { addPodOver, openHouse } from '../runner/house.mjs';
import { row } from '../runner/row.mjs';
import { median } from '../runner/statistics.mjs';
import { peopleFile } from './queries/people-file.mjs';

const warmUps = 2;
const repeats = 5;
const pod = 'pod-01';
const columns = { region: { type: 'text' }, age: { lower: 0, upper: 100, nullable: false } };
const safe = { safe_zone: { aggregation: { min_size: 10 } }, unsafe_handling: 'reject', privacy_unit: 'row' };

export async function measure({ folder }) {
  const opened = await openHouse(folder);
  await addPodOver(opened, pod, { datasets: [{ name: 'records', source: { parquet: peopleFile(folder) }, columns, policy: safe, differential_privacy: {} }], runner: { memory: '3GiB' } });
  const { podnet } = opened.modeller;
  const sql = (turn) => `SELECT region, COUNT(*) AS n, SUM(age + ${turn}) AS ages FROM data GROUP BY region ORDER BY region`;
  const ask = async (algorithm, privacy) => {
    const { contributors } = await (await podnet.tasks.submit({ version: 1, pods: [{ pod, dataset: 'records' }], protocol: { name: 'results-only' }, algorithm, ...(privacy ? { privacy } : {}) })).outcome();
    if (contributors.length !== 1) throw new Error('the pod did not answer');
  };
  const times = { noisy: [], exact: [] };
  for (let turn = 0; turn < warmUps + repeats; turn++) {
    const noisy = await wallMs(() => ask({ name: 'private-sql-query', sql: sql(2 * turn) }, { epsilon: 1, delta: 1e-6 }));
    const exact = await wallMs(() => ask({ name: 'sql-query', sql: sql(2 * turn + 1) }));
    if (turn < warmUps) continue;
    times.noisy.push(noisy);
    times.exact.push(exact);
  }
  const versus = { name: 'sql-query', value: median(times.exact), unit: 'ms' };
  const ratio = median(times.noisy.map((ms, at) => ms / times.exact[at]));
  return [row({ name: 'private-sql', value: median(times.noisy), unit: 'ms', versus }), row({ name: 'private-sql-ratio', value: ratio, unit: 'of sql-query', aim: '≤ 1.5' })];
}
