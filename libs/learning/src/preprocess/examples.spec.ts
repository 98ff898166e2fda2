import type { Table } from '../table.ts';
import { encodeExamples, usableRows } from './examples.ts';
import { planFeatures } from './feature-plan.ts';
import { featureStatistics, poolStatistics } from './feature-statistics.ts';
import { planTarget } from './target.ts';

const table: Table = {
  rows: 4,
  columns: [
    { kind: 'number', name: 'age', values: Float64Array.of(1, Number.NaN, 3, 5) },
    { kind: 'number', name: 'price', values: Float64Array.of(10, 20, Number.NaN, 40) },
  ],
};
const plan = planFeatures([{ name: 'age', kind: 'number' }]);
const target = planTarget({ column: { name: 'price', kind: 'number' }, learns: 'regression' });

describe('examples', () => {
  it.each([
    ['impute' as const, [0, 1, 3], [1, 3, 5], [10, 20, 40]],
    ['drop-rows' as const, [0, 3], [1, 5], [10, 40]],
  ])('under %s align features and target', (missing, rows, x, y) => {
    const all = Int32Array.of(0, 1, 2, 3);
    const usable = usableRows(table, all, plan, target, missing);
    const pooled = poolStatistics([featureStatistics(table, usable, plan)], plan);
    const examples = encodeExamples(table, all, plan, pooled, target, { missing, standardise: false });
    expect([...usable]).toEqual(rows);
    expect([...examples.rows]).toEqual(rows);
    expect([...examples.x]).toEqual(x);
    expect([...examples.y]).toEqual(y);
  });
});
