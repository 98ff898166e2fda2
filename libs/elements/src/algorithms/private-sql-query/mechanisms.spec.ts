import { costOf, sumOf } from '@podnet/privacy';
import fc from 'fast-check';
import { boundsOf, peopleQuery, type Declared } from '../../fixtures/private-people.ts';
import { refusalOf } from '../../fixtures/refusal.ts';
import { prepareElements } from '../../query/sql-reader.ts';
import { mechanismsOf, type Mechanism, type Mechanisms } from './mechanisms.ts';

beforeAll(prepareElements);

const of = (sql: string, { epsilon = 1, delta = 1e-6, ...declared }: Declared & { epsilon?: number; delta?: number } = {}): Mechanisms => mechanismsOf(peopleQuery(sql, declared), { epsilon, delta });
const costs = ({ keys, list }: Mechanisms) => [...(keys === null ? [] : [keys.cost]), ...list.map(({ cost }) => cost)];
const lawsOf = ({ list }: Mechanisms): string[] => list.map((one) => (one.kind === 'sum' ? one.noise.law.name : one.kind));

const queries = [
  'SELECT COUNT(*) FROM data',
  'SELECT COUNT(*), AVG(age), STDDEV(weight), MEDIAN(age) FROM data',
  'SELECT sex, COUNT(*), SUM(age) FROM data GROUP BY sex',
  'SELECT town, COUNT(weight), AVG(age) FROM data GROUP BY town',
  'SELECT town, QUANTILE(age, 0.25), QUANTILE(age, 0.75) FROM data GROUP BY town',
];

test('the shares of epsilon are the whole, exactly, and differ by a millionth at most; delta is the whole or unused', () => {
  fc.assert(
    fc.property(fc.constantFrom(...queries), fc.integer({ min: 100, max: 50_000_000 }), fc.double({ min: 1e-9, max: 0.01, noNaN: true }), fc.integer({ min: 1, max: 4 }), (sql, epsilonMicro, delta, maxGroups) => {
      const privacy = { epsilon: epsilonMicro / 1e6, delta };
      const all = costs(of(sql, { ...privacy, maxGroups }));
      const [whole, sum] = [costOf(privacy), sumOf(...all)];
      expect(sum.epsilonMicro).toBe(whole.epsilonMicro);
      expect([0, whole.deltaFemto]).toContain(sum.deltaFemto);
      const epsilons = all.map((cost) => cost.epsilonMicro);
      expect(Math.max(...epsilons) - Math.min(...epsilons)).toBeLessThanOrEqual(1);
    }),
    { numRuns: 100 },
  );
});

describe('what several aggregates are made of is there once', () => {
  test.each<[string, string, string[], number[][]]>([
    ['a count of rows serves a mean of a column without gaps', 'SELECT COUNT(*), AVG(age) FROM data', ['rows', 'sum'], [[0], [1, 0]]],
    ['a column with gaps has a count of its own', 'SELECT COUNT(*), AVG(weight) FROM data', ['rows', 'sum', 'present'], [[0], [1, 2]]],
    ['and shares it with COUNT of the column', 'SELECT COUNT(weight), AVG(weight) FROM data', ['present', 'sum'], [[0], [1, 0]]],
    ['mean, variance and deviation', 'SELECT AVG(age), VARIANCE(age), STDDEV(age) FROM data', ['sum', 'rows', 'squares'], [[0, 1], [0, 1, 2], [0, 1, 2]]],
    ['a sum from 0 is another than that of a mean', 'SELECT SUM(age), AVG(age) FROM data', ['sum', 'sum', 'rows'], [[0], [1, 2]]],
    ['equal quantiles, and others', 'SELECT MEDIAN(age), QUANTILE(age, 0.5), QUANTILE(age, 0.9) FROM data', ['sorted', 'sorted'], [[0], [1]]],
  ])('%s', (_name, sql, measures, places) => {
    const { list, ofAggregate } = of(sql);
    expect(list.map(({ measure }) => measure.measure)).toEqual(measures);
    expect(ofAggregate).toEqual(places);
  });
});

describe('noise is as wide as one unit can move a number', () => {
  /** Laplace noise: without use of a delta, its scale is sensitivity ÷ epsilon exactly. */
  const scaleOf = (one: Mechanism): number => {
    if (one.kind !== 'sum' || one.noise.law.name !== 'discrete-laplace') throw new Error('No Laplace noise.');
    const { numerator, denominator } = one.noise.law.laplaceScale;
    return Number(numerator) / Number(denominator);
  };

  test.each<[string, Declared, string, number]>([
    ['a count', {}, 'SELECT COUNT(*) FROM data', 1],
    ['a count of units', { unit: 'person', maxRows: 5 }, 'SELECT COUNT(DISTINCT person) FROM data', 1],
    ['a count of up to 3 rows', { unit: 'person', maxRows: 3 }, 'SELECT COUNT(*) FROM data', 3],
    ['a count of up to 3 rows in each of 2 groups', { unit: 'person', maxRows: 3, maxGroups: 2 }, 'SELECT sex, COUNT(*) FROM data GROUP BY sex', 6],
    ['maxGroups counts only where there are groups', { unit: 'person', maxRows: 3, maxGroups: 2 }, 'SELECT COUNT(*) FROM data', 3],
    ['a sum up to its farther bound', {}, 'SELECT SUM(age) FROM data', 100],
    ['a sum with a negative bound', { columns: boundsOf('age', -30, 10) }, 'SELECT SUM(age) FROM data', 30],
    ['a sum of halves, in ticks', { unit: 'person', maxRows: 2 }, 'SELECT SUM(weight) FROM data', 800],
  ])('%s', (_name, declared, sql, sensitivity) => {
    const { list } = of(sql, { ...declared, epsilon: 2 });
    expect(scaleOf(list[0]!)).toBeCloseTo(sensitivity / 2, 12);
  });

  test('a mean is noised from the middle of its bounds', () => expect(scaleOf(of('SELECT AVG(age) FROM data').list[0]!)).toBeCloseTo(50 / 0.5, 12));

  test('a count at epsilon 1 is within 3, nineteen times of twenty', () => {
    const [count] = of(queries[0]!).list;
    expect(count!.kind === 'sum' && count!.noise.halfWidth(0.95)).toBe(3);
  });

  test('a quantile is chosen the less surely the more rows and groups a unit has', () => {
    const rateOf = (declared: Declared): number => {
      const [one] = of('SELECT sex, MEDIAN(age) FROM data GROUP BY sex', declared).list;
      if (one!.kind !== 'quantile') throw new Error('No quantile.');
      return Number(one!.rate.numerator) / Number(one!.rate.denominator);
    };
    expect(rateOf({}) / rateOf({ unit: 'person', maxRows: 5 })).toBeCloseTo(5, 9);
    expect(rateOf({}) / rateOf({ unit: 'person', maxGroups: 4 })).toBeCloseTo(4, 9);
  });
});

describe('delta', () => {
  const wide: Declared = { unit: 'person', maxRows: 1, maxGroups: 100 };

  test('goes to nothing where Laplace noise is narrower and keys are public', () => {
    const found = of('SELECT sex, COUNT(*), MEDIAN(age) FROM data GROUP BY sex');
    expect(found.keys).toBeNull();
    expect(lawsOf(found)).toEqual(['discrete-laplace', 'quantile']);
    expect(costs(found).map(({ deltaFemto }) => deltaFemto)).toEqual([0, 0]);
  });

  test('goes to private keys alone where no other noise uses it', () => {
    const found = of('SELECT town, COUNT(*), MEDIAN(age) FROM data GROUP BY town');
    expect(lawsOf(found)).toEqual(['discrete-laplace', 'quantile']);
    expect(costs(found).map(({ deltaFemto }) => deltaFemto)).toEqual([1e9, 0, 0]);
  });

  test('is shared by keys and Gaussian noise, and none goes to quantiles', () => {
    const found = of('SELECT town, COUNT(*), MEDIAN(age) FROM data GROUP BY town', wide);
    expect(lawsOf(found)).toEqual(['discrete-gaussian', 'quantile']);
    expect(costs(found).map(({ deltaFemto }) => deltaFemto)).toEqual([5e8, 5e8, 0]);
  });

  test('a smaller one raises the threshold of private keys, which is never below the fewest units', () => {
    const thresholdOf = (delta: number, epsilon = 1) => of('SELECT town, COUNT(*) FROM data GROUP BY town', { delta, epsilon }).keys!.threshold;
    expect(thresholdOf(1e-9).threshold).toBeGreaterThan(thresholdOf(1e-6).threshold);
    expect(thresholdOf(1e-6, 1000)).toMatchObject({ minUnits: 10 });
    expect(Number(thresholdOf(1e-6, 1000).threshold)).toBeGreaterThanOrEqual(10);
  });
});

describe('refuses', () => {
  test.each([Number.NaN, Infinity, -Infinity, 0, -0, -1, 1e10])('epsilon %p', (epsilon) => {
    expect(refusalOf(() => of(queries[0]!, { epsilon }))).toMatchObject({ code: 'privacy.malformed', at: 'epsilon' });
  });

  test.each([Number.NaN, Infinity, 0, -0, 1, -1e-6])('delta %p', (delta) => {
    expect(refusalOf(() => of(queries[0]!, { delta }))).toMatchObject({ code: 'privacy.malformed', at: 'delta' });
  });

  test('texts for numbers', () => {
    for (const privacy of [{ epsilon: '1', delta: 1e-6 }, { epsilon: 1, delta: '1e-6' }, { epsilon: 1n, delta: 1e-6 }]) expect(refusalOf(() => mechanismsOf(peopleQuery(queries[0]!), privacy as never)).code).toBe('privacy.malformed');
  });

  test.each<[string, string, Declared & { epsilon?: number; delta?: number }, string]>([
    ['an epsilon that does not reach for each', 'SELECT COUNT(*), SUM(age) FROM data', { epsilon: 1e-6 }, 'epsilon'],
    ['an epsilon that does not reach for a quantile in each group', 'SELECT sex, MEDIAN(age) FROM data GROUP BY sex', { epsilon: 2e-6, unit: 'person', maxGroups: 3 }, 'epsilon'],
    ['a delta that does not reach for keys and the rest', 'SELECT town, COUNT(*) FROM data GROUP BY town', { delta: 1e-15 }, 'delta'],
  ])('%s', (_name, sql, declared, at) => expect(refusalOf(() => of(sql, declared))).toMatchObject({ code: 'privacy.malformed', at }));

  test('a quantile of more values than can be tried', () => {
    expect(refusalOf(() => of('SELECT MEDIAN(age) FROM data', { columns: boundsOf('age', 0, 2 ** 24) }))).toMatchObject({ code: 'usage.too-large', at: 'algorithm.sql' });
    expect(of('SELECT MEDIAN(age) FROM data', { columns: boundsOf('age', 0, 2 ** 24 - 1) }).list).toHaveLength(1);
  });
});
