import fc from 'fast-check';
import { createRandom } from './random.ts';
import { splitEachRow } from './split-each-row.ts';
import { splitRows } from './split.ts';
import type { Split, Table } from './table.ts';

const random = createRandom(5);
const ages = Float64Array.from({ length: 4000 }, () => random.below(1000) / 10);
const codes = Int32Array.from({ length: 4000 }, () => random.below(4) - 1);
const shares = { train: 70, validation: 10, test: 20, seed: 1 };

function tableOf(rows: readonly number[], domain = ['a', 'b', 'c'], order: 1 | -1 = 1): Table {
  const column = { kind: 'category' as const, name: 'colour', domain, codes: Int32Array.from(rows, (row) => (codes[row]! < 0 ? -1 : domain.indexOf(['a', 'b', 'c'][codes[row]!]!))) };
  const columns = [{ kind: 'number' as const, name: 'age', values: Float64Array.from(rows, (row) => ages[row]!) }, column];
  return { rows: rows.length, columns: order === 1 ? columns : columns.toReversed() };
}

const all = [...ages.keys()];
const named = (split: Split, rows: readonly number[]) => Object.fromEntries(Object.entries(split).map(([part, list]) => [part, [...list].map((at) => rows[at])]));

it('leaves every other row where it was when one goes, which a shuffle does not', () => {
  const whole = named(splitEachRow(tableOf(all), shares), all);
  fc.assert(
    fc.property(fc.nat(all.length - 1), (gone) => {
      const rest = all.filter((row) => row !== gone);
      const without = Object.fromEntries(Object.entries(whole).map(([part, rows]) => [part, rows.filter((row) => row !== gone)]));
      expect(named(splitEachRow(tableOf(rest), shares), rest)).toEqual(without);
    }),
    { numRuns: 10 },
  );
  const rest = all.slice(1);
  const moved = new Set(named(splitRows(all.length, shares), all).train);
  expect(named(splitRows(rest.length, shares), rest).train!.filter((row) => !moved.has(row)).length).toBeGreaterThan(500);
});

it('meets its shares as by chance', () => {
  const split = splitEachRow(tableOf(all), shares);
  // n = 4000, and equal rows go together (1000 ages × 4 colours): within 5·√(n·p·(1 − p)·2).
  for (const [part, percent] of [['train', 70], ['validation', 10], ['test', 20]] as const) {
    const p = percent / 100;
    expect(Math.abs(split[part].length - 4000 * p)).toBeLessThan(5 * Math.sqrt(4000 * p * (1 - p) * 2));
  }
  expect(split.train.length + split.validation.length + split.test.length).toBe(4000);
  expect(splitEachRow(tableOf(all), { train: 0, validation: 0, test: 100, seed: 1 }).test).toHaveLength(4000);
  expect(splitEachRow(tableOf(all), { train: 100, validation: 0, test: 0, seed: 1 }).train).toHaveLength(4000);
});

it('does not care for the order of columns or of a domain, and does for the seed', () => {
  const split = splitEachRow(tableOf(all), shares);
  expect(splitEachRow(tableOf(all, ['c', 'a', 'b'], -1), shares)).toEqual(split);
  expect(splitEachRow(tableOf(all), { ...shares, seed: 2 })).not.toEqual(split);
});
