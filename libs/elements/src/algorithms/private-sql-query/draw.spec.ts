import type { PrivateCounts } from '@podnet/plan';
import fc from 'fast-check';
import { peopleQuery, seededBits, type Declared } from '../../fixtures/private-people.ts';
import { prepareElements } from '../../query/sql-reader.ts';
import { draw, type NoisyGroup } from './draw.ts';
import { mechanismsOf } from './mechanisms.ts';

beforeAll(prepareElements);

const nobody: PrivateCounts = { groups: [], privateKeys: [] };

interface Asked extends Declared { epsilon?: number; delta?: number; seed?: number }

function drawn(sql: string, counts: PrivateCounts, { epsilon = 1, delta = 1e-6, seed = 1, ...declared }: Asked = {}): NoisyGroup[] {
  const query = peopleQuery(sql, declared);
  return draw(query, mechanismsOf(query, { epsilon, delta }), counts, seededBits(seed));
}

const keysOf = (groups: readonly NoisyGroup[]) => groups.map(({ key }) => key);
const bySex = 'SELECT sex, COUNT(*) FROM data GROUP BY sex';
const byTown = 'SELECT town, COUNT(*) FROM data GROUP BY town';
const towns = (units: Record<string, number>): PrivateCounts => ({
  groups: Object.entries(units).map(([town, count]) => ({ key: [town], measured: [BigInt(count)] })),
  privateKeys: Object.entries(units).map(([town, count]) => ({ key: [town], units: count })),
});
const seeds = Array.from({ length: 200 }, (_, i) => i + 1);

describe('public keys', () => {
  test('are all there, also of nobody, in the order in which they are declared', () => {
    for (const counts of [nobody, { groups: [{ key: ['x'], measured: [40n] }], privateKeys: [] }]) expect(keysOf(drawn(bySex, counts))).toEqual([['f'], ['m'], ['x']]);
  });

  test('of nobody have noise as the others: it is seen, and adds up to nothing', () => {
    const numbers = seeds.map((seed) => Number(drawn(bySex, nobody, { seed })[0]!.drawn[0]));
    expect(new Set(numbers).size).toBeGreaterThan(3);
    // The mean of 200 has a standard deviation of 0.096.
    expect(Math.abs(numbers.reduce((a, b) => a + b) / numbers.length)).toBeLessThan(0.5);
  });

  test('a query without keys is one group', () => expect(drawn('SELECT COUNT(*) FROM data', nobody)).toEqual([{ key: [], drawn: [expect.stringMatching(/^-?\d+$/)] }]));

  test('the number of a group is its own, with noise', () => {
    const counts: PrivateCounts = { groups: [{ key: ['m'], measured: [5000n] }, { key: ['f'], measured: [100n] }], privateKeys: [] };
    const numbers = drawn(bySex, counts, { epsilon: 20 }).map(({ drawn: [number] }) => Math.round(Number(number) / 100) * 100);
    expect(numbers).toEqual([100, 5000, 0]);
  });
});

describe('private keys', () => {
  test('of fewer units than ten are never shown, however little noise there is', () => {
    for (const seed of seeds) expect(drawn(byTown, towns({ ely: 9 }), { seed, epsilon: 1000, delta: 0.5 })).toEqual([]);
  });

  test('far below the threshold are not shown, far above it always, at it sometimes', () => {
    const query = peopleQuery(byTown);
    const { threshold } = mechanismsOf(query, { epsilon: 1, delta: 1e-6 }).keys!.threshold;
    const shown = (units: number) => seeds.filter((seed) => drawn(byTown, towns({ ely: units }), { seed }).length === 1).length;
    expect(threshold).toBeGreaterThan(30n);
    expect(shown(12)).toBe(0);
    expect(shown(Number(threshold) + 60)).toBe(seeds.length);
    // P[noise ≥ 0] is a little above a half for scale 2; 200 draws leave it within these ends but for one in 10⁵.
    expect(shown(Number(threshold))).toBeGreaterThan(90);
    expect(shown(Number(threshold))).toBeLessThan(155);
  });

  test('are counted in units, not in rows', () => {
    const counts: PrivateCounts = { groups: [{ key: ['ely'], measured: [100_000n] }], privateKeys: [{ key: ['ely'], units: 9 }] };
    expect(drawn(byTown, counts, { epsilon: 100, unit: 'person', maxRows: 1000 })).toEqual([]);
  });

  test('come in the order of their texts, with every public value beside them', () => {
    const sql = 'SELECT sex, town, COUNT(*) FROM data GROUP BY sex, town';
    const counts: PrivateCounts = { groups: [{ key: ['m', 'york'], measured: [900n] }], privateKeys: [{ key: ['york'], units: 900 }, { key: ['bath'], units: 800 }, { key: ['ayr'], units: 3 }] };
    expect(keysOf(drawn(sql, counts))).toEqual([['f', 'bath'], ['m', 'bath'], ['x', 'bath'], ['f', 'york'], ['m', 'york'], ['x', 'york']]);
  });
});

test('the order of groups is the same whatever order they were counted in', () => {
  const counted = [['f', 10n], ['m', 20n], ['x', 30n]] as const;
  fc.assert(fc.property(fc.shuffledSubarray([...counted], { minLength: 3 }), fc.integer({ min: 1, max: 1000 }), (groups, seed) => {
    const asCounts = (list: typeof groups): PrivateCounts => ({ groups: list.map(([sex, count]) => ({ key: [sex], measured: [count] })), privateKeys: [] });
    // Equal bits give equal answers: nothing of the order is in them.
    expect(drawn(bySex, asCounts(groups), { seed })).toEqual(drawn(bySex, asCounts([...counted]), { seed }));
  }), { numRuns: 50 });
  fc.assert(fc.property(fc.shuffledSubarray(['ayr', 'bath', 'ely', 'york'], { minLength: 4 }), (names) => {
    expect(keysOf(drawn(byTown, towns(Object.fromEntries(names.map((name) => [name, 1000])))))).toEqual([['ayr'], ['bath'], ['ely'], ['york']]);
  }), { numRuns: 24 });
});

describe('the law of the noise', () => {
  const n = 20_000;

  /**
   * Shares of draws against those of the law, by Chernoff's inequality in each direction: a right law fails with probability at most
   * 2 × 9 × 10⁻⁵ over all places together. Deviations it sees at n = 20 000: about 0.02 in a share of a half.
   */
  const fits = (numbers: readonly number[], shareOf: (place: number) => number): boolean =>
    Array.from({ length: 9 }, (_, i) => i - 4).every((place) => {
      const [seen, right] = [numbers.filter((number) => number === place).length / n, shareOf(place)];
      const divergence = (seen > 0 ? seen * Math.log(seen / right) : 0) + (seen < 1 ? (1 - seen) * Math.log((1 - seen) / (1 - right)) : 0);
      return divergence * n < Math.log(1e5);
    });
  const laplace = (scale: number) => (place: number): number => Math.tanh(1 / (2 * scale)) * Math.exp(-Math.abs(place) / scale);

  const numbersOf = (epsilon: number, value: bigint): number[] => {
    const query = peopleQuery('SELECT COUNT(*) FROM data');
    const [mechanisms, bits] = [mechanismsOf(query, { epsilon, delta: 1e-6 }), seededBits(7)];
    return Array.from({ length: n }, () => Number(BigInt(draw(query, mechanisms, { groups: [{ key: [], measured: [value] }], privateKeys: [] }, bits)[0]!.drawn[0]!) - value));
  };

  test('is that of Laplace with scale 1 ÷ epsilon, wherever the number lies', () => {
    for (const value of [0n, 12n, 2n ** 60n]) expect(fits(numbersOf(1, value), laplace(1))).toBe(true);
  });

  test('another width by a tenth is seen', () => expect(fits(numbersOf(1.1, 0n), laplace(1))).toBe(false));
});

describe('a quantile', () => {
  const sql = 'SELECT MEDIAN(age) FROM data';
  const of = (ages: readonly number[], asked: Asked = {}, select = sql): number => drawn(select, { groups: [{ key: [], measured: [Float64Array.from(ages)] }], privateKeys: [] }, asked)[0]!.drawn[0] as number;
  // 30 has 500 values on either side, 38 has 900 and 100.
  const ages = Array.from({ length: 1050 }, (_, i) => 20 + Math.floor(i / 50));

  test('lies near the true one when epsilon is large, and within the bounds always', () => {
    for (const seed of seeds.slice(0, 20)) {
      expect(of(ages, { epsilon: 20, seed })).toBe(30);
      expect(of(ages, { epsilon: 20, seed }, 'SELECT QUANTILE(age, 0.9) FROM data')).toBe(38);
      for (const few of [[], [100]]) {
        const age = of(few, { epsilon: 0.001, seed });
        expect(Number.isInteger(age) && age >= 0 && age <= 100).toBe(true);
      }
    }
  });

  test('of nobody is any value', () => expect(new Set(seeds.map((seed) => of([], { seed }))).size).toBeGreaterThan(60));

  test('is told in the unit of its column, also among more values than are tried in order', () => {
    const fine: Declared = { columns: [{ name: 'weight', bounds: { lower: 0, upper: 100, granularity: 0.001 }, nullable: true, publicValues: null, selectable: true }] };
    expect(of(Array.from({ length: 1001 }, (_, i) => 60_000 + i), { epsilon: 50, ...fine }, 'SELECT MEDIAN(weight) FROM data')).toBeCloseTo(60.5, 1);
  });
});
