// Contribution analysis of a plan of 50 nodes: filters with conditions, new columns, joins with a table of the modeller's own and a group-by
// with masks inside its aggregates. Reading and checking the JSON is measured beside it.
import { analysePlan, col, parsePlan, scan, when } from '@podnet/plan';
import { processorMs } from '../runner/clock.mjs';
import { row } from '../runner/row.mjs';
import { median } from '../runner/statistics.mjs';

const nodes = 50;
const batch = 200;
const repeats = 15;

const column = (name, type) => ({ name, type });
const sources = new Map([
  ['visits', { kind: 'dataset', unit: 'patient', columns: [column('patient', 'text'), column('ward', 'text'), column('age', 'integer'), column('cost', 'number'), column('ill', 'boolean')] }],
  ['wards', { kind: 'own', columns: [column('ward', 'text'), column('beds', 'integer')] }],
]);

export function measure() {
  const json = planOf(nodes).toJson();
  const plan = parsePlan(json, sources);
  if (plan.nodes !== nodes) throw new Error(`the plan has ${plan.nodes} nodes and not ${nodes}`);
  const once = (work) => {
    const startedAt = processorMs();
    for (let i = 0; i < batch; i++) work();
    return (processorMs() - startedAt) / batch;
  };
  if (analysePlan(plan).refusals.length > 0) throw new Error('the plan is refused, and shorter to analyse');
  const timed = (work) => median(Array.from({ length: repeats + 3 }, () => once(work)).slice(3));
  const parsing = timed(() => parsePlan(json, sources));
  return [row({ name: 'plan-analysis', value: timed(() => analysePlan(plan)), unit: 'ms', aim: '< 1', versus: { name: 'reading and checking its JSON', value: parsing } })];
}

/** Two scans, a join, a group-by and a sort; the rest are row-wise steps. */
function planOf(count) {
  let frame = scan('visits').join(scan('wards'), { on: 'ward', how: 'inner' });
  for (let i = 0; i < count - 5; i++) frame = i % 3 === 0 ? frame.filter(col('age').gt(i % 7)) : frame.withColumns(col('cost').mul(1 + i / 100).alias(`cost${i}`));
  return frame
    .groupBy('ward')
    .agg(col('cost').mean().alias('mean'), when(col('ill')).then(1).otherwise(0).sum().alias('ill'), col('cost').filter(col('age').gt(60)).sum().alias('old'))
    .sort('mean', { descending: true });
}
