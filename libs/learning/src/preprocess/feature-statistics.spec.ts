import fc from 'fast-check';
import type { Table } from '../table.ts';
import { planFeatures } from './feature-plan.ts';
import { featureStatistics, poolStatistics, type FeatureStatistics } from './feature-statistics.ts';

const plan = planFeatures([
  { name: 'age', kind: 'number' },
  { name: 'sex', kind: 'category', domain: ['F', 'M'] },
]);
const table: Table = {
  rows: 4,
  columns: [
    { kind: 'category', name: 'sex', codes: Int32Array.of(0, 1, -1, 0), domain: ['M', 'F'] },
    { kind: 'number', name: 'age', values: Float64Array.of(10, 20, Number.NaN, 1000) },
  ],
};
const statistics = (age: object, counts = [0, 0], rows = 4) => ({ rows, features: [{ kind: 'number', count: 0, mean: 0, m2: 0, ...age }, { kind: 'category', counts }] }) as FeatureStatistics;

describe('the statistics of a pod', () => {
  it('count present values of the rows asked for, by the published domain', () => {
    expect(featureStatistics(table, Int32Array.of(0, 1, 2), plan)).toEqual({
      rows: 3,
      features: [
        { kind: 'number', count: 2, mean: 15, m2: 50 },
        { kind: 'category', counts: [1, 1] },
      ],
    });
  });

  it.each<[string, Table, string]>([
    ['a column that is not there', { rows: 0, columns: [] }, 'data.missing-column'],
    ['a category where a number was published', { rows: 1, columns: [{ kind: 'category', name: 'age', codes: Int32Array.of(0), domain: ['x'] }] }, 'schema.wrong-kind'],
    ['an infinite value', { ...table, columns: [{ kind: 'number', name: 'age', values: Float64Array.of(1, -Infinity, 1, 1) }] }, 'data.not-finite'],
    ['a spread beyond a double', { ...table, columns: [{ kind: 'number', name: 'age', values: Float64Array.of(1e308, -1e308, 1, 1) }] }, 'data.not-finite'],
    ['a value outside the domain', { rows: 4, columns: [{ ...table.columns[0]!, domain: ['M', 'secret'] } as never, table.columns[1]!] }, 'data.value-not-in-domain'],
  ])('refuse %s and name the column only', (_, broken, code) => {
    const run = () => featureStatistics(broken, Int32Array.of(0, 1), plan);
    expect(run).toThrow(expect.objectContaining({ code }));
    expect(run).not.toThrow(/secret|1e\+?308/);
  });

  it('do not look at rows they are not asked for', () => {
    const codes = Int32Array.of(0, 1, 0, 0);
    const odd: Table = { rows: 4, columns: [{ kind: 'number', name: 'age', values: Float64Array.of(1, Infinity, 2, 3) }, { kind: 'category', name: 'sex', codes, domain: ['M', 'X'] }] };
    expect(featureStatistics(odd, Int32Array.of(0, 2), plan).features[1]).toEqual({ kind: 'category', counts: [0, 2] });
  });

  it('read a category that the table holds as numbers', () => {
    const grades: Table = { rows: 3, columns: [{ kind: 'number', name: 'grade', values: Float64Array.of(2, Number.NaN, 1) }] };
    const byGrade = planFeatures([{ name: 'grade', kind: 'category', domain: ['1.0', '2'] }]);
    expect(featureStatistics(grades, Int32Array.of(0, 1, 2), byGrade).features).toEqual([{ kind: 'category', counts: [1, 1] }]);
  });
});

describe('pooled statistics', () => {
  it('of any partition equal those of the whole', () => {
    const values = fc.array(fc.tuple(fc.oneof(fc.constant(Number.NaN), fc.double({ min: -1e3, max: 1e3, noNaN: true })), fc.integer({ min: -1, max: 1 }), fc.nat(2)), { minLength: 1, maxLength: 50 });
    fc.assert(
      fc.property(values, (list) => {
        const whole: Table = {
          rows: list.length,
          columns: [
            { kind: 'number', name: 'age', values: Float64Array.from(list, ([age]) => age) },
            { kind: 'category', name: 'sex', codes: Int32Array.from(list, ([, sex]) => sex), domain: ['F', 'M'] },
          ],
        };
        const rowsOf = (pod: number) => Int32Array.from(list.flatMap(([, , at], row) => (at === pod ? [row] : [])));
        const pooled = poolStatistics([0, 1, 2].map((pod) => featureStatistics(whole, rowsOf(pod), plan)), plan);
        const direct = featureStatistics(whole, Int32Array.from(list, (_, row) => row), plan);
        expect(pooled.rows).toBe(direct.rows);
        expect(pooled.features[1]).toEqual(direct.features[1]);
        const [a, b] = [pooled.features[0], direct.features[0]] as [{ count: number; mean: number; m2: number }, { count: number; mean: number; m2: number }];
        expect(a.count).toBe(b.count);
        expect(Math.abs(a.mean - b.mean)).toBeLessThan(1e-9);
        expect(Math.abs(a.m2 - b.m2)).toBeLessThan(1e-12 * (1 + 1e6 * list.length));
      }),
    );
  });

  it.each<[string, FeatureStatistics[], string]>([
    ['no pods', [], 'data.empty'],
    ['pods without rows', [statistics({}, [0, 0], 0)], 'data.empty'],
    ['a layout of fewer features', [{ rows: 4, features: [] }], 'usage.invalid'],
    ['another domain', [statistics({}, [1])], 'usage.invalid'],
    ['a NaN mean', [statistics({ count: 2, mean: Number.NaN })], 'usage.invalid'],
    ['a negative spread', [statistics({ count: 2, m2: -1 })], 'usage.invalid'],
    ['more values than rows', [statistics({ count: 5 })], 'usage.invalid'],
    ['more categories than rows', [statistics({}, [3, 2])], 'usage.invalid'],
    ['half a row', [statistics({}, [0.5, 0])], 'usage.invalid'],
    ['swapped kinds', [{ rows: 4, features: statistics({}).features.toReversed() }], 'usage.invalid'],
    ['means too far apart', [statistics({ count: 2, mean: 1e308 }), statistics({ count: 2, mean: -1e308 })], 'data.not-finite'],
  ])('refuse %s', (_, list, code) => {
    expect(() => poolStatistics(list, plan)).toThrow(expect.objectContaining({ code }));
  });
});
