import type { House, Person } from '@podnet/launch';
import { col, hasCode, len, type RemoteLazyFrame } from '@podnet/sdk';
import { assign, cloudPods, temporaryHouse, twoClouds } from './temporary-house.ts';

const pods = ['north', 'south'];
const rowsEach = 120;
let house: House;
let close: () => Promise<void>;
let modeller: Person;
let strong: Person;
let clouds: RemoteLazyFrame;

/** The rows of all pods. */
const rows = pods.flatMap((_pod, i) => twoClouds(rowsEach, i + 1).trim().split('\n').slice(1).map((line) => {
  const [a, b, kind] = line.split(',') as [string, string, string];
  return { a: Number(a), b: Number(b), kind };
}));
const meanOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

beforeAll(async () => {
  let home: string;
  ({ house, home, close } = await temporaryHouse());
  await house.admin();
  const custodian = await house.person('custodian');
  modeller = await house.person('modeller');
  strong = await house.person('strong');
  await cloudPods(house, home, custodian, pods, rowsEach);
  await assign(custodian, modeller, 'general-modeller', pods);
  await assign(custodian, strong, 'super-modeller', pods);
  clouds = modeller.podnet.frame('records', { pods });
}, 120_000);
afterAll(() => close());

const caught = (promise: Promise<unknown>): Promise<unknown> => promise.then(() => null, (error: unknown) => error);

describe('a remote frame', () => {
  it('is answered over the rows of all pods together', async () => {
    const table = await clouds.groupBy('kind').agg(len(), col('a').mean().alias('mean'), col('b').var().alias('spread')).sort('kind').fetch();
    expect(table.column('kind')).toEqual(['no', 'yes']);
    for (const { kind, len: count, mean, spread } of table.toRecords()) {
      const own = rows.filter((row) => row.kind === kind);
      const centre = meanOf(own.map(({ b }) => b));
      expect(count).toBe(own.length);
      expect(mean).toBeCloseTo(meanOf(own.map(({ a }) => a)), 12);
      expect(spread).toBeCloseTo(own.reduce((sum, { b }) => sum + (b - centre) ** 2, 0) / (own.length - 1), 12);
    }
    expect(table.origin).toMatchObject({ pods, absent: [], warnings: [] });
  }, 60_000);

  it('is answered by each pod, and joined with a table that the modeller brings', async () => {
    const names = modeller.podnet.table('names', { rows: [{ kind: 'no', sign: 'minus' }, { kind: 'yes', sign: 'plus' }] });
    const each = await clouds.join(names, { on: 'kind' }).groupBy('sign').agg(len()).sort('sign').fetchEach();
    expect([...each.keys()].sort()).toEqual(pods);
    for (const [pod, table] of each) {
      const own = rows.slice(pods.indexOf(pod) * rowsEach, (pods.indexOf(pod) + 1) * rowsEach);
      expect(table.rows).toEqual([['minus', own.filter(({ kind }) => kind === 'no').length], ['plus', own.filter(({ kind }) => kind === 'yes').length]]);
    }
  }, 60_000);

  it('says what custodians will read, and what every pod says to it', async () => {
    expect(await clouds.select(len()).explain('sentence')).toBe('From records, compute over all rows COUNT(*).');
    const answer = await clouds.select(len()).canI();
    expect(answer.pods.map(({ verdict }) => verdict?.decision)).toEqual(['permit', 'permit']);
  }, 60_000);

  it('of single rows waits for the custodians', async () => {
    const error = await caught(clouds.head(5).fetchEach({ waitForReview: false }));
    expect(hasCode(error, 'policy.review')).toBe(true);
  }, 60_000);

  it('that was collected stays at the pods, and is gone on from', async () => {
    // Whose role lets every answer go, so that none waits because it comes near to an earlier one.
    const own = strong.podnet.frame('records', { pods });
    const kept = await own.filter(col('a').gt(0)).collect({ name: 'right', hours: 1 });
    expect((await kept.select(len()).fetch({ waitForReview: false })).rows).toEqual([[rows.filter(({ a }) => a > 0).length]]);
    expect(await caught(clouds.join(kept, { on: 'kind' }).select(len()).fetch({ waitForReview: false }))).toMatchObject({ message: expect.stringContaining('dataset.unknown') });
  }, 60_000);

  it('with a mistake is refused before anything travels', async () => {
    expect(hasCode(await caught(clouds.select(col('nobody').sum()).fetch()), 'schema.unknown-column')).toBe(true);
    expect(hasCode(await caught(clouds.select(col('a').median()).fetch()), 'plan.cannot-pool')).toBe(true);
  });
});

describe('SQL', () => {
  it('is the same question', async () => {
    const table = await strong.podnet.sql('SELECT kind, count(*) AS n, avg(a) AS mean FROM data GROUP BY kind ORDER BY kind', { dataset: 'records', pods }).fetch();
    for (const { kind, n, mean } of table.toRecords()) {
      const own = rows.filter((row) => row.kind === kind);
      expect([n, mean]).toEqual([own.length, expect.closeTo(meanOf(own.map(({ a }) => a)), 10)]);
    }
  }, 60_000);
});

it('a plot is made of the answers of all pods', async () => {
  const plot = await clouds.plot.histogram('a', { breaks: [-2, -1, 0, 1, 2] });
  expect(plot.bins.map(({ value }) => value)).toEqual([[-2, -1], [-1, 0], [0, 1], [1, 2]].map(([from, to]) => rows.filter(({ a }) => a >= from! && (a < to! || (to === 2 && a === to))).length));
}, 60_000);
