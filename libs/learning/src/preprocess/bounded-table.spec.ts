import type { Table } from '../table.ts';
import { boundedTable, boundsStatistics, encodesBounded, type Declared } from './bounded-table.ts';
import { encode } from './encode.ts';
import { planFeatures } from './feature-plan.ts';

const plan = planFeatures([{ name: 'age', kind: 'number' }, { name: 'colour', kind: 'category', domain: ['red', 'blue'] }]);
const declared: Record<string, Declared> = { age: { kind: 'number', bounds: { lower: 10, upper: 50 } }, colour: { kind: 'category', domain: ['red', 'blue'] }, free: { kind: 'number', bounds: null }, coded: { kind: 'category', domain: ['1', '2'] } };
const boundsOf = () => ({ lower: 10, upper: 50 });
const wild: Table = {
  rows: 6,
  columns: [
    { kind: 'number', name: 'age', values: Float64Array.of(-Infinity, 20, Number.NaN, 1e308, Infinity, 50) },
    { kind: 'category', name: 'colour', domain: ['green', 'red', 'blue'], codes: Int32Array.of(0, 1, 2, -1, 0, 2) },
    { kind: 'number', name: 'free', values: Float64Array.of(Infinity, 1, -Infinity, Number.NaN, 2, 3) },
    { kind: 'number', name: 'coded', values: Float64Array.of(1, 2, 3, Number.NaN, Infinity, 2) },
  ],
};
const all = Int32Array.of(0, 1, 2, 3, 4, 5);

test('every cell comes to lie within what is declared, or counts as missing', () => {
  const { columns } = boundedTable(wild, (name) => declared[name]!);
  expect(columns).toMatchObject([
    { values: Float64Array.of(10, 20, Number.NaN, 50, 50, 50) },
    { codes: Int32Array.of(-1, 1, 2, -1, -1, 2) },
    { values: Float64Array.of(Number.NaN, 1, Number.NaN, Number.NaN, 2, 3) },
    { values: Float64Array.of(1, 2, Number.NaN, Number.NaN, Number.NaN, 2) },
  ]);
});

test('bounds become −1 and 1, a gap the middle, and a category’s gap no value at all', () => {
  const statistics = boundsStatistics(plan, boundsOf);
  const { x } = encode(boundedTable(wild, (name) => declared[name]!), all, plan, statistics, { missing: 'impute', standardise: true });
  expect([...x]).toEqual([-1, 0, 0, -0.5, 1, 0, 0, 0, 1, 1, 0, 0, 1, 0, 0, 1, 0, 1]);
});

test.each([
  ['the bounds themselves', boundsStatistics(plan, boundsOf), true],
  ['a spread that is next to nothing', { rows: 2, features: [{ kind: 'number' as const, count: 2, mean: 20, m2: 1e-300 }, { kind: 'category' as const, counts: [0, 0] }] }, false],
  ['a mean beyond all size', { rows: 2, features: [{ kind: 'number' as const, count: 2, mean: 1e300, m2: 1 }, { kind: 'category' as const, counts: [0, 0] }] }, false],
])('whether values can be standardised is decided by bounds: %s', (_, statistics, is) => {
  expect(encodesBounded(plan, statistics, boundsOf)).toBe(is);
});
