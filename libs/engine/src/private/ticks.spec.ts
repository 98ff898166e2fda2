import { createRequire } from 'node:module';
import { quantiser } from '@podnet/privacy';
import fc from 'fast-check';
import type polars from 'nodejs-polars';
import { ticksOf } from './ticks.ts';

const pl = createRequire(import.meta.url)('nodejs-polars') as typeof polars;

type Bounds = Parameters<typeof quantiser>[0];

function found(values: readonly (number | null)[], bounds: Bounds, type: unknown = pl.Float64): (number | undefined)[] {
  const table = pl.DataFrame([pl.Series('v', [...values], type as never)]);
  const ticks = table.lazy().select(ticksOf(pl, pl.col('v'), bounds, type === pl.Int64).cast(pl.Float64).alias('v')).collectSync({ engine: 'streaming' }).getColumn('v').toArray() as (number | null)[];
  return ticks.map((tick) => tick ?? undefined);
}
const expected = (values: readonly (number | null)[], bounds: Bounds): (number | undefined)[] => values.map(quantiser(bounds).ticks);

describe('ticks of a column are those of the quantiser', () => {
  const edge = [0, -0, 0.5, -0.5, 1.5, 2.5, -2.5, 0.49999999999999994, -0.5000000000000001, 1e308, -1e308, 5e-324, -5e-324, NaN, Infinity, -Infinity, null, 2 ** 40, -(2 ** 40), 2 ** 40 - 0.5, 2 ** 52 + 1, 2 ** 53];

  it.each<Bounds>([
    { lower: -3, upper: 3, granularity: 1 }, { lower: 0, upper: 2, granularity: 0.5 }, { lower: -(2 ** 40), upper: 2 ** 40, granularity: 1 },
    { lower: -1, upper: 1, granularity: 2 ** -40 }, { lower: 1e-300, upper: 2e-300, granularity: 1e-301 }, { lower: -1e300, upper: 1e300, granularity: 1e290 }, { lower: 5, upper: 9, granularity: 3 },
  ])('at half ticks, at the ends of doubles and beyond: %j', (bounds) => {
    const values = [...edge, ...edge.flatMap((value) => (value === null ? [] : [value * bounds.granularity]))];
    expect(found(values, bounds)).toEqual(expected(values, bounds));
  });

  it('for any numbers and bounds', () => {
    const bounds = fc.record({ lower: fc.double({ min: -1e6, max: 1e6, noNaN: true }), width: fc.double({ min: 1e-3, max: 1e6, noNaN: true }), parts: fc.integer({ min: 1, max: 100_000 }) })
      .map(({ lower, width, parts }) => ({ lower, upper: lower + width, granularity: width / parts }))
      .filter(({ lower, upper, granularity }) => Math.max(Math.abs(lower), Math.abs(upper)) / granularity < 2 ** 40 && Math.round(lower / granularity) !== Math.round(upper / granularity));
    const inside = (wide: Bounds, at: number): number => Math.floor(wide.lower / wide.granularity) * wide.granularity + (at / 2) * wide.granularity;
    fc.assert(fc.property(bounds, fc.array(fc.oneof(fc.double(), fc.constant(null), fc.integer({ min: -10, max: 200_010 })), { minLength: 1, maxLength: 50 }), (wide, drawn) => {
      const values = drawn.map((one) => (Number.isInteger(one) ? inside(wide, one!) : one));
      expect(found(values, wide)).toEqual(expected(values, wide));
    }), { numRuns: 200 });
  });

  it('of whole numbers too, whatever the granularity', () => {
    const values = [0, 1, -1, 7, 8, -8, 2 ** 40, 2 ** 53, -(2 ** 53), null];
    for (const granularity of [1, 3, 0.25]) expect(found(values, { lower: -6, upper: 9, granularity }, pl.Int64)).toEqual(expected(values, { lower: -6, upper: 9, granularity }));
    const far = { lower: -(2 ** 40), upper: 2 ** 40, granularity: 1 };
    expect(found(values, far, pl.Int64)).toEqual(expected(values, far));
  });

  it('counts a truth value as 0 or 1', () => {
    const bounds = { lower: 0, upper: 1, granularity: 1 };
    expect(found([true, false, null] as never, bounds, pl.Bool)).toEqual([1, 0, undefined]);
  });

  it('whether a row comes alone or with others', () => {
    const bounds = { lower: 0, upper: 1, granularity: 0.0000015986605766859272 };
    const values = Array.from({ length: 60 }, (_, at) => (at * 7 + 0.5) * bounds.granularity);
    expect(values.flatMap((value) => found([value], bounds))).toEqual(found(values, bounds));
    expect(found(values, bounds)).toEqual(expected(values, bounds));
  });
});
