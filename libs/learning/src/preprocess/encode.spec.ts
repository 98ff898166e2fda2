import fc from 'fast-check';
import { isFault } from '@podnet/errors';
import type { Table } from '../table.ts';
import { encode } from './encode.ts';
import { planFeatures } from './feature-plan.ts';
import { featureStatistics, poolStatistics } from './feature-statistics.ts';

const plan = planFeatures([
  { name: 'age', kind: 'number' },
  { name: 'sex', kind: 'category', domain: ['F', 'M'] },
]);
const tableOf = (ages: number[], sexes: number[]): Table => ({
  rows: ages.length,
  columns: [
    { kind: 'number', name: 'age', values: Float64Array.from(ages) },
    { kind: 'category', name: 'sex', codes: Int32Array.from(sexes), domain: ['F', 'M'] },
  ],
});
const all = (table: Table) => Int32Array.from({ length: table.rows }, (_, row) => row);
const pool = (table: Table) => poolStatistics([featureStatistics(table, all(table), plan)], plan);

describe('encoding', () => {
  const table = tableOf([10, 20, Number.NaN, 30], [1, -1, 1, 0]);

  it('standardises numbers by the population, and imputes the mean and the most frequent value', () => {
    const { x, width, rows } = encode(table, all(table), plan, pool(table), { missing: 'impute', standardise: true });
    const z = 10 / Math.sqrt(200 / 3);
    expect(width).toBe(3);
    expect([...rows]).toEqual([0, 1, 2, 3]);
    expect([...x]).toEqual([-z, 0, 1, 0, 0, 1, 0, 0, 1, z, 1, 0]);
  });

  it('leaves numbers as they are when not standardising', () => {
    const { x } = encode(table, all(table), plan, pool(table), { missing: 'impute', standardise: false });
    expect([...x]).toEqual([10, 0, 1, 20, 0, 1, 20, 0, 1, 30, 1, 0]);
  });

  it('drops rows with a gap when told to, and takes only the rows asked for', () => {
    const { x, rows } = encode(table, Int32Array.of(1, 2, 3), plan, pool(table), { missing: 'drop-rows', standardise: false });
    expect([...rows]).toEqual([3]);
    expect([...x]).toEqual([30, 1, 0]);
  });

  it('makes a feature that does not vary 0, in rows that differ too', () => {
    const constant = tableOf([0.1, 0.1, 0.1], [0, 0, 0]);
    const other = tableOf([5], [1]);
    expect(encode(constant, all(constant), plan, pool(constant), { missing: 'impute', standardise: true }).x[0]).toBe(0);
    expect(encode(other, all(other), plan, pool(constant), { missing: 'impute', standardise: true }).x[0]).toBe(0);
  });

  it('makes a feature that no pod has a value for 0', () => {
    const gaps = tableOf([Number.NaN, Number.NaN], [-1, -1]);
    for (const standardise of [true, false]) {
      expect([...encode(gaps, all(gaps), plan, pool(gaps), { missing: 'impute', standardise }).x]).toEqual([0, 0, 0, 0, 0, 0]);
    }
    expect(encode(gaps, all(gaps), plan, pool(gaps), { missing: 'drop-rows', standardise: true }).rows).toHaveLength(0);
  });

  it('refuses a value too far out to standardise', () => {
    const narrow = tableOf([0, 1e-150], [0, 0]);
    const far = tableOf([1e200], [0]);
    expect(() => encode(far, all(far), plan, pool(narrow), { missing: 'impute', standardise: true })).toThrow(expect.objectContaining({ code: 'data.not-finite' }));
  });

  it('refuses statistics of other features', () => {
    expect(() => encode(table, all(table), plan, { rows: 4, features: [] }, { missing: 'impute', standardise: true })).toThrow(expect.objectContaining({ code: 'usage.invalid' }));
  });

  it('never yields a NaN or an infinity', () => {
    const row = fc.tuple(fc.oneof(fc.double(), fc.constant(Number.NaN), fc.integer()), fc.integer({ min: -1, max: 1 }));
    const options = fc.record({ missing: fc.constantFrom('impute' as const, 'drop-rows' as const), standardise: fc.boolean() });
    fc.assert(
      fc.property(fc.array(row, { minLength: 1, maxLength: 20 }), fc.array(row, { maxLength: 20 }), options, (seen, unseen, how) => {
        const [a, b] = [seen, unseen].map((list) => tableOf(list.map(([age]) => age), list.map(([, sex]) => sex))) as [Table, Table];
        try {
          const { x, rows, width } = encode(b, all(b), plan, pool(a), how);
          expect(x).toHaveLength(rows.length * width);
          expect(x.every(Number.isFinite)).toBe(true);
        } catch (error) {
          expect(isFault(error) && error.code).toBe('data.not-finite');
        }
      }),
      { numRuns: 300 },
    );
  });

  it('standardises to mean 0 and spread 1', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 2, maxLength: 40 }), (ages) => {
        fc.pre(new Set(ages).size > 1);
        const varied = tableOf(ages, ages.map(() => 0));
        const { x } = encode(varied, all(varied), plan, pool(varied), { missing: 'impute', standardise: true });
        const column = ages.map((_, i) => x[i * 3]!);
        expect(Math.abs(column.reduce((sum, z) => sum + z, 0))).toBeLessThan(1e-9);
        expect(column.reduce((sum, z) => sum + z * z, 0) / ages.length).toBeCloseTo(1, 9);
      }),
    );
  });
});
