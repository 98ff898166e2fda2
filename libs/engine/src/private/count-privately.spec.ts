import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { col, countPrivatelySlowly, scan, type LazyPlan, type PrivateAsk, type PrivateCounts, type PrivateKey, type PrivateMeasure, type PrivateQuery, type PrivateValue, type Source, type SmallTable } from '@podnet/plan';
import fc from 'fast-check';
import { stageTables } from '../fixtures/staged-tables.ts';
import { openEngine, type Engine } from '../index.ts';

let folder: string;
let engine: Engine;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'private-'));
  engine = await openEngine();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

type Row = SmallTable['rows'][number];

const columns = [
  { name: 'u', type: 'text' }, { name: 't', type: 'text' }, { name: 'i', type: 'integer' }, { name: 'b', type: 'boolean' }, { name: 'd', type: 'date' }, { name: 'x', type: 'number' }, { name: 'n', type: 'integer' },
] as const;
const people: Source = { kind: 'dataset', unit: null, columns };
const places: Source = { kind: 'dataset', unit: null, columns: [{ name: 't', type: 'text' }, { name: 'area', type: 'text' }, { name: 'height', type: 'number' }] };
const sources = new Map([['people', people], ['places', places]]);
const placesTable: SmallTable = { units: ['0', '1'], rows: [{ t: 'a', area: 'north', height: 3.5 }, { t: 'b', area: 'south', height: null }] };

const value = (column: string, lower: number, upper: number, granularity: number): PrivateValue => ({ column, bounds: { lower, upper, granularity }, nullable: true });
const key = (column: string, values: PrivateKey['values'] = null): PrivateKey => ({ column, values, type: columns.find(({ name }) => name === column)?.type ?? 'text' });
const everything = (index: number, origin = 0, squareOrigin = 0): PrivateMeasure[] => [
  { measure: 'present', value: index }, { measure: 'sum', value: index, origin }, { measure: 'squares', value: index, origin, squareOrigin }, { measure: 'sorted', value: index },
];
const asking = (measures: readonly PrivateMeasure[], query: Partial<Omit<PrivateQuery, 'rows'>>, rows: LazyPlan = scan('people')): PrivateAsk => ({
  measures,
  query: { datasets: ['people'], dataset: 'people', unit: null, maxRows: 1, maxGroups: 1, keys: [], needsDelta: false, values: [], aggregates: [], rest: {}, noisy: 'noisy', ...query, rows: JSON.parse(JSON.stringify(rows.toJson())) },
});

let staged = 0;
function count(rows: readonly Row[], ask: PrivateAsk): PrivateCounts {
  return engine.countPrivately(ask, { tables: stageTables(folder, `s${(staged += 1)}`, sources, tablesOf(rows)), baseDir: folder });
}

const tablesOf = (rows: readonly Row[]) => new Map([['people', { rows, units: [] }], ['places', placesTable]]);

const both = (rows: readonly Row[], ask: PrivateAsk): { fast: PrivateCounts; slow: PrivateCounts } => ({ fast: count(rows, ask), slow: countPrivatelySlowly(ask, sources, tablesOf(rows), Math.random) });

const day = 86_400_000;
const someRows = fc.array(fc.record({
  u: fc.constantFrom('ann', 'bob', 'cy', 'dee', null), t: fc.constantFrom('a', 'b', 'c', null), i: fc.constantFrom(-1, 0, 7, 10, null), b: fc.constantFrom(true, false, null), d: fc.constantFrom(0, -day, 20_000 * day, null),
  x: fc.oneof(fc.double({ noNaN: true, min: -20, max: 20 }), fc.constantFrom(null, 0.5, -0.5, 0.49999999999999994, 1.5, -1.5, 1e300)), n: fc.oneof(fc.integer({ min: -9, max: 9 }), fc.constant(null)),
}), { minLength: 1, maxLength: 40 });

describe('where no bound binds, the slow evaluator says the same', () => {
  const all: PrivateMeasure[] = [{ measure: 'rows' }, { measure: 'units' }, ...everything(0, -3, 7), ...everything(1, 2)];
  const values = [value('x', -10.25, 12, 0.5), value('n', -5, 5, 1)];
  const wide = { values, maxRows: 1_000, maxGroups: 1_000 };
  const asks: [string, PrivateAsk][] = [
    ['without keys', asking(all, wide)],
    ['without keys, by units', asking(all, { ...wide, unit: 'u' })],
    ['counts alone', asking([{ measure: 'rows' }], wide)],
    ['private keys', asking(all, { ...wide, keys: [key('t'), key('i')] })],
    ['private keys, by units', asking(all, { ...wide, unit: 'u', keys: [key('b'), key('d')] })],
    ['public keys', asking(all, { ...wide, keys: [key('t', ['c', 'a', 'zz']), key('i', [10, -1])] })],
    ['public keys of every type, missing ones too', asking(all, { ...wide, keys: [key('t', ['a', null]), key('i', [null, 7]), key('b', [true]), key('d', ['1970-01-01', '2024-10-04'])] })],
    ['public and private keys, by units', asking(all, { ...wide, unit: 'u', keys: [key('t'), key('b', [true, false]), key('i')] })],
    ['public and private keys, by rows', asking(all, { ...wide, keys: [key('t'), key('b', [true, false])] })],
    ['keys of numbers', asking(all, { ...wide, keys: [{ column: 'x', type: 'number', values: null }] })],
    ['nothing is answered for', asking(all, { ...wide, keys: [key('t', [])] })],
    ['units and no ticks', asking([{ measure: 'units' }], { ...wide, unit: 'u', keys: [key('t')] })],
    ['rows that are filtered and computed', asking(all, { ...wide, unit: 'u', keys: [key('t')] }, scan('people').filter(col('n').gt(-4)).withColumns(col('x').mul(2).alias('x')))],
    ['a join with a public table', asking(everything(0), { ...wide, values: [value('height', 0, 4, 0.25)], unit: 'u', keys: [key('area')] }, scan('people').join(scan('places'), { on: 't' }))],
  ];
  it.each(asks)('%s', (_what, ask) => {
    fc.assert(fc.property(someRows, (rows) => {
      const { fast, slow } = both(rows, ask);
      expect(fast).toEqual(slow);
    }), { numRuns: 15 });
  });
});

describe('ticks', () => {
  it('infinities have the nearer bound\'s, NaN and missing values none, and halves go up', () => {
    const rows = scan('people').select(col('x').div(col('n')).alias('q'), col('t'));
    const of = (x: number, n: number): Row => ({ u: null, t: 'a', i: null, b: null, d: null, x, n });
    const ask = asking(everything(0), { values: [value('q', -2, 5, 1)] }, rows);
    const { groups } = count([of(1, 0), of(-1, 0), of(0, 0), of(5, 2), of(-5, 2), of(-3, 2), of(0.49999999999999994, 1)], ask);
    expect(groups).toEqual([{ key: [], measured: [6n, 5n + -2n + 3n + -2n + -1n + 0n, 25n + 4n + 9n + 4n + 1n, Float64Array.from([-2, -2, -1, 0, 3, 5])] }]);
  });

  it('sums at the furthest bounds are exact', () => {
    const most = 2 ** 40;
    fc.assert(fc.property(fc.array(fc.oneof(fc.integer({ min: -most, max: most }), fc.constantFrom(most, -most, most - 1, 2 ** 20, -1)), { minLength: 1, maxLength: 200 }), fc.constantFrom(2 ** 15, 2 ** 17, 2 ** 26, 2 ** 32, most), (whole, bound) => {
      const rows = whole.map((n): Row => ({ u: null, t: 'a', i: null, b: null, d: null, x: null, n }));
      const { fast, slow } = both(rows, asking(everything(0, -bound, bound), { values: [value('n', -bound, bound, 1)] }));
      expect(fast).toEqual(slow);
    }), { numRuns: 40 });
  });

  it('many rows at the furthest bound pass 2^63 and are still exact', () => {
    const most = 2 ** 40;
    const rows = Array.from({ length: 25 }, (): Row => ({ u: null, t: 'a', i: null, b: null, d: null, x: null, n: most }));
    const multiplied = Array.from({ length: 4 }).reduce<LazyPlan>((plan) => plan.join(scan('people').select('t'), { on: 't' }), scan('people'));
    // Too many for the slow one.
    const files = stageTables(folder, 'many', sources, tablesOf(rows));
    const { groups } = engine.countPrivately(asking(everything(0).slice(0, 3), { values: [value('n', -most, most, 1)] }, multiplied), { tables: files, baseDir: folder });
    const times = 25n ** 5n;
    expect(groups).toEqual([{ key: [], measured: [times, times * 2n ** 40n, times * 2n ** 80n] }]);
    expect(times * 2n ** 40n > 2n ** 63n).toBe(true);
  });

  it.each([['too fine', 0, 2 ** 41, 1], ['no granularity', 0, 1, 0], ['out of order', 1, 0, 1], ['no bound', 0, Infinity, 1]])('are refused for bounds that they cannot count: %s', (_what, lower, upper, granularity) => {
    expect(() => count([], asking(everything(0), { values: [value('x', lower, upper, granularity)] }))).toThrow(expect.objectContaining({ code: 'usage.invalid' }));
  });
});

describe('where bounds bind', () => {
  const ofUnits = (visits: readonly [string, string][]): Row[] => visits.map(([u, t], at) => ({ u, t, i: at, b: null, d: null, x: 1, n: at }));
  const visits = fc.array(fc.tuple(fc.constantFrom('ann', 'bob', 'cy'), fc.constantFrom('a', 'b', 'c', 'd')), { minLength: 1, maxLength: 40 });
  const bounds = fc.record({ maxRows: fc.integer({ min: 1, max: 4 }), maxGroups: fc.integer({ min: 1, max: 4 }) });

  it('every unit is in as many groups as it may be, with as many rows', () => {
    fc.assert(fc.property(visits, bounds, (list, { maxRows, maxGroups }) => {
      // One after the other, so that what is kept of each is seen.
      for (const unit of new Set(list.map(([u]) => u))) {
        const rows = ofUnits(list);
        const { groups } = count(rows, asking([{ measure: 'rows' }, { measure: 'units' }, { measure: 'sum', value: 0, origin: 0 }], { unit: 'u', maxRows, maxGroups, keys: [key('t')], values: [value('x', 0, 1, 1)] }, scan('people').filter(col('u').eq(unit))));
        const has = Map.groupBy(list.filter(([u]) => u === unit), ([, t]) => t);
        expect(groups).toHaveLength(Math.min(maxGroups, has.size));
        for (const { key: [t], measured } of groups) {
          const kept = BigInt(Math.min(maxRows, has.get(t as never)!.length));
          expect(measured).toEqual([kept, 1n, kept]);
        }
      }
    }), { numRuns: 25 });
  });

  it('what is kept of all units is what is kept of each', () => {
    fc.assert(fc.property(visits, bounds, (list, { maxRows, maxGroups }) => {
      const { groups, privateKeys } = count(ofUnits(list), asking([{ measure: 'rows' }, { measure: 'units' }], { unit: 'u', maxRows, maxGroups, keys: [key('t')] }));
      const perUnit = [...Map.groupBy(list, ([u]) => u).values()].map((own) => Math.min(maxGroups, new Set(own.map(([, t]) => t)).size));
      const total = groups.reduce((sum, { measured }) => sum + Number(measured[1]), 0);
      expect(total).toBe(perUnit.reduce((sum, one) => sum + one, 0));
      for (const { measured } of groups) expect(Number(measured[0])).toBeLessThanOrEqual(Number(measured[1]) * maxRows);
      expect(privateKeys).toEqual(groups.map(({ key: cells, measured }) => ({ key: cells, units: Number(measured[1]) })));
    }), { numRuns: 25 });
  });

  it('without one unit no total changes by more than its bounded share', () => {
    fc.assert(fc.property(visits, bounds, fc.constantFrom('ann', 'bob', 'cy'), (list, { maxRows, maxGroups }, gone) => {
      const ask = asking([{ measure: 'rows' }, { measure: 'sum', value: 0, origin: 0 }], { unit: 'u', maxRows, maxGroups, values: [value('x', 0, 1, 1)] });
      const total = (rows: readonly Row[]): number => Number(count(rows, ask).groups[0]?.measured[1] ?? 0);
      const all = total(ofUnits(list));
      const left = total(ofUnits(list.filter(([u]) => u !== gone)));
      expect(all - left).toBe(Math.min(maxRows, list.filter(([u]) => u === gone).length));
    }), { numRuns: 25 });
  });

  it('rows of nobody count nowhere', () => {
    const rows = [...ofUnits([['ann', 'a']]), { ...ofUnits([['x', 'b']])[0]!, u: null }];
    const counts = count(rows, asking([{ measure: 'rows' }], { unit: 'u', keys: [key('t')] }));
    expect(counts).toEqual({ groups: [{ key: ['a'], measured: [1n] }], privateKeys: [{ key: ['a'], units: 1 }] });
  });

  it('values that are not answered for take no place among the groups of a unit', () => {
    const rows = ofUnits([['ann', 'a'], ['ann', 'b'], ['ann', 'c'], ['ann', 'd']]);
    const { groups } = count(rows, asking([{ measure: 'rows' }], { unit: 'u', keys: [key('t', ['d'])] }));
    expect(groups).toEqual([{ key: ['d'], measured: [1n] }]);
  });

  /** **Source** upper 10⁻⁶ quantiles of χ² with 3 and 7 degrees of freedom. */
  const beyondChance = { 3: 30.665, 7: 40.522 };
  const chiSquare = (counts: readonly number[]): number => {
    const expected = counts.reduce((sum, one) => sum + one, 0) / counts.length;
    return counts.reduce((sum, one) => sum + (one - expected) ** 2 / expected, 0);
  };

  it('all groups of a unit are chosen alike, however many rows they have; a false alarm once in 10^6', () => {
    const units = Array.from({ length: 2_000 }, (_unit, at) => `u${at}`);
    const rows = ofUnits(units.flatMap((u) => ['a', 'b', 'b', 'b', 'b', 'b', 'b', 'c', 'c', 'd'].map((t): [string, string] => [u, t])));
    const { groups } = count(rows, asking([{ measure: 'units' }], { unit: 'u', maxRows: 2, keys: [key('t')] }));
    const counts = groups.map(({ measured }) => Number(measured[0]));
    expect(counts.reduce((sum, one) => sum + one)).toBe(2_000);
    expect(chiSquare(counts)).toBeLessThan(beyondChance[3]);
  });

  it('all rows of a unit are chosen alike, wherever they stand; a false alarm once in 10^6', () => {
    const rows = Array.from({ length: 2_000 }, (_unit, at) => Array.from({ length: 8 }, (_row, place): Row => ({ u: `u${at}`, t: 'a', i: null, b: null, d: null, x: null, n: place }))).flat();
    const { groups } = count(rows, asking([{ measure: 'sorted', value: 0 }], { unit: 'u', maxRows: 3, values: [value('n', 0, 7, 1)] }));
    const ticks = groups[0]!.measured[0] as Float64Array;
    expect(ticks).toHaveLength(6_000);
    expect(chiSquare(Array.from({ length: 8 }, (_place, at) => ticks.filter((tick) => tick === at).length))).toBeLessThan(beyondChance[7]);
  });

  it('another choice is made every time', () => {
    const rows = ofUnits(Array.from({ length: 200 }, (_row, at): [string, string] => [`u${at % 50}`, 'a']));
    const once = (): number[] => [...(count(rows, asking([{ measure: 'sorted', value: 0 }], { unit: 'u', values: [value('n', 0, 200, 1)] })).groups[0]!.measured[0] as Float64Array)];
    expect(once()).not.toEqual(once());
  });
});

describe('keys', () => {
  const at = (t: string | null, n = 0): Row => ({ u: null, t, i: n, b: null, d: null, x: null, n });

  it('come in one order, wherever their rows stand', () => {
    const { groups, privateKeys } = count([at('c'), at(null), at('a'), at('b'), at('a')], asking([{ measure: 'rows' }], { keys: [key('t')] }));
    expect(groups.map(({ key: cells }) => cells)).toEqual([[null], ['a'], ['b'], ['c']]);
    expect(privateKeys).toEqual([{ key: [null], units: 1 }, { key: ['a'], units: 2 }, { key: ['b'], units: 1 }, { key: ['c'], units: 1 }]);
  });

  it('public values come back as they were declared', () => {
    const { groups } = count([at('a', 3), at('b', 4)], asking([{ measure: 'rows' }], { keys: [key('i', ['3', 5])] }));
    expect(groups).toEqual([{ key: ['3'], measured: [1n] }]);
  });

  it('keys that no cell can tell apart are one group', () => {
    const { groups } = count([at('a', 0), at('b', 1), at(null, 2)], asking([{ measure: 'rows' }], { keys: [{ column: 'q', type: 'number', values: null }] }, scan('people').select(col('n').sub(col('n')).div(col('n').sub(col('n'))).alias('q'))));
    expect(groups).toEqual([{ key: [null], measured: [3n] }]);
  });
});
