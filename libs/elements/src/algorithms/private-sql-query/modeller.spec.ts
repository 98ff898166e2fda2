import { body } from '../../body.ts';
import { boundsOf, peopleQuery, type Declared } from '../../fixtures/private-people.ts';
import { refusalOf } from '../../fixtures/refusal.ts';
import type { PodAnswer } from '../../modeller-part.ts';
import { prepareElements } from '../../query/sql-reader.ts';
import { answerOf, type PrivateAnswer } from './answer.ts';
import { mechanismsOf } from './mechanisms.ts';
import { privateSqlModeller, type PrivateSummary } from './modeller.ts';

beforeAll(prepareElements);

type Groups = readonly (readonly [key: string | null, ...drawn: (string | number)[]])[];

/** What a pod would say that has drawn just these numbers. */
function answer(sql: string, groups: Groups, { heads = [], epsilon = 1, ...declared }: Declared & { heads?: readonly string[]; epsilon?: number } = {}): PrivateAnswer {
  const query = peopleQuery(sql, declared);
  return answerOf(query, mechanismsOf(query, { epsilon, delta: 1e-6 }), groups.map(([key, ...drawn]) => ({ key: query.keys.length === 0 ? [] : [key], drawn })), heads);
}

const pods = ['east', 'west', 'north'];
const results = () => privateSqlModeller.open({} as never).results!;
const accept = (json: unknown, arrays = {}) => results().accept({ json, arrays } as never);
const combine = (...answers: readonly PrivateAnswer[]) => results().combine(answers.map((one, at): PodAnswer => ({ podId: `pod-${pods[at]}`, podName: pods[at]!, body: body(one) }) as PodAnswer)).summary as PrivateSummary;
const pooled = (...answers: readonly PrivateAnswer[]) => {
  const summary = combine(...answers);
  if (summary.combine !== 'pooled') throw new Error('They were not pooled.');
  return summary;
};

const bySex = 'SELECT sex, COUNT(*) AS n, AVG(age) AS age FROM data GROUP BY sex';
const byTown = 'SELECT town, COUNT(*) AS n FROM data GROUP BY town';

describe('pooling', () => {
  test('numbers are added up, and widths combined as the root of the sum of squares', () => {
    const [east, west] = [answer('SELECT COUNT(*) AS n FROM data', [[null, '100']]), answer('SELECT COUNT(*) AS n FROM data', [[null, '-7']], { epsilon: 0.1 })];
    const [[small], [wide]] = [east.widths, west.widths] as [number[], number[]];
    expect(wide!).toBeGreaterThan(5 * small!);
    expect(pooled(east, west)).toMatchObject({ rows: [[93]], accuracy: [[Math.hypot(small!, wide!)]] });
    expect(pooled(east)).toMatchObject({ rows: [[100]], accuracy: [[small]] });
  });

  test('a mean is that of the sums and counts of all, not of means', () => {
    // Sums are told from the middle of the bounds, 50.
    const table = pooled(answer(bySex, [['f', '10', '-200'], ['m', '0', '0'], ['x', '3', '9']]), answer(bySex, [['f', '30', '200'], ['m', '4', '8'], ['x', '1', '3']]));
    expect(table.rows).toEqual([['f', 40, 50], ['m', 4, 52], ['x', 4, 53]]);
    expect(table.accuracy[0]).toEqual([null, expect.any(Number), expect.any(Number)]);
  });

  test('integers beyond doubles are added up as integers', () => expect(pooled(answer('SELECT COUNT(*) AS n FROM data', [[null, '9007199254740993']]), answer('SELECT COUNT(*) AS n FROM data', [[null, '-9007199254740992']])).rows).toEqual([[1]]));

  test('a mean over what may as well be nobody has no width, and lies within the bounds', () => {
    expect(pooled(answer(bySex, [['f', '-3', '500']]))).toMatchObject({ rows: [['f', -3, 50]], accuracy: [[null, expect.any(Number), null]] });
    expect(pooled(answer(bySex, [['f', '100', '900000']])).rows).toEqual([['f', 100, 100]]);
  });

  test('a key that one pod has not shown is that of the others', () => {
    const [east, west] = [answer(byTown, [['ayr', '40'], ['ely', '50']]), answer(byTown, [['ely', '60']])];
    const { rows, accuracy } = pooled(east, west);
    const width = east.widths[0]!;
    expect(rows).toEqual([['ayr', 40], ['ely', 110]]);
    expect(accuracy).toEqual([[null, width], [null, Math.hypot(width, width)]]);
  });

  test('what is asked of the numbers is asked of their sums, and takes widths with it', () => {
    const sql = 'SELECT COUNT(*) AS n, town, 2 * COUNT(*) AS twice FROM data GROUP BY town HAVING COUNT(*) > 90 ORDER BY n DESC LIMIT 1';
    const table = pooled(answer(sql, [['ayr', '50'], ['ely', '60'], ['york', '80']]), answer(sql, [['ayr', '45'], ['ely', '60'], ['york', '1']]));
    expect(table.rows).toEqual([[120, 'ely', 240]]);
    expect(table.accuracy).toEqual([[expect.any(Number), null, null]]);
  });

  test('columns have the names that were asked for', () => expect(pooled(answer('SELECT COUNT(*) AS a FROM data', [[null, '5']], { heads: ['people'] })).columns).toMatchObject([{ name: 'people' }]));

  test('what each pod spent on what is told, and is all of epsilon', () => {
    const { spent } = pooled(answer(bySex, []), answer(bySex, [], { epsilon: 2 }));
    expect(spent.map(({ pod }) => pod)).toEqual(['east', 'west']);
    expect(spent[1]!.parts).toEqual([
      { on: 'rows for COUNT, AVG', law: 'discrete-laplace', epsilon: 1, delta: 0 },
      { on: 'sum for AVG', law: 'discrete-laplace', epsilon: 1, delta: 0 },
    ]);
    expect(combine(answer(byTown, [])).spent[0]!.parts[0]).toEqual({ on: 'keys of groups', law: 'discrete-laplace', epsilon: 0.5, delta: 1e-6 });
  });
});

test.each<[string, string, Declared]>([
  ['other bounds', bySex, { columns: boundsOf('age', 0, 120) }],
  ['other rows of a unit', byTown, { unit: 'person', maxRows: 2 }],
  ['other groups of a unit', byTown, { unit: 'person', maxGroups: 2 }],
  ['keys that are public at one pod', byTown, { columns: boundsOf('age', 0, 100).map((one) => (one.name === 'town' ? { ...one, publicValues: ['ayr'] } : one)) }],
])('pods that declare %s are not pooled, and the pod is named', (_name, sql, declared) => {
  const refusal = refusalOf(() => combine(answer(sql, []), answer(sql, []), answer(sql, [], declared)));
  expect(refusal.code).toBe('schema.incompatible');
  expect(refusal.detail).toContain('north differs from east');
});

describe('quantiles', () => {
  const sql = 'SELECT sex, MEDIAN(age) AS age, COUNT(*) AS n FROM data GROUP BY sex';
  const [east, west] = [[['f', 41, '10'], ['m', 42, '20']], [['f', 71, '30']]] as const;

  test('of several pods are told of each', () => {
    const summary = combine(answer(sql, east), answer(sql, west));
    expect(summary).toMatchObject({ combine: 'each', pods: [{ pod: 'east', rows: [['f', 41, 10], ['m', 42, 20]] }, { pod: 'west', rows: [['f', 71, 30]] }] });
    expect(summary).not.toHaveProperty('rows');
  });

  test('also where the pods declare different bounds', () => expect(combine(answer(sql, east), answer(sql, west, { columns: boundsOf('age', 0, 120) }))).toMatchObject({ combine: 'each' }));

  test('of one pod are its table, without a width', () => {
    expect(pooled(answer(sql, east))).toMatchObject({ rows: [['f', 41, 10], ['m', 42, 20]], accuracy: [[null, null, expect.any(Number)], [null, null, expect.any(Number)]] });
  });
});

describe('an answer that does not fit', () => {
  const right = () => JSON.parse(JSON.stringify(answer(bySex, [['f', '10', '-200'], ['m', '0', '0']]))) as PrivateAnswer;
  const quantile = () => answer('SELECT MEDIAN(age) FROM data', [[null, 41]]);

  test('is not what pods send', () => {
    expect(() => accept(right())).not.toThrow();
    expect(() => accept(quantile())).not.toThrow();
  });

  test('is not one whose keys are integers that a double does not hold', () => {
    const [first] = right().keys;
    expect(() => accept({ ...right(), keys: [{ ...first!, type: 'integer' }], groups: [{ key: ['9007199254740993'], drawn: ['1', '2'] }, { key: [7], drawn: ['1', '2'] }, { key: [null], drawn: ['1', '2'] }] })).not.toThrow();
  });

  test.each<[string, (one: PrivateAnswer) => unknown]>([
    ['nothing', () => null],
    ['a list', (one) => [one]],
    ['a field too many', (one) => ({ ...one, rows: 5 })],
    ['a field too few', ({ spent: _spent, ...one }) => one],
    ['a key of another type', (one) => ({ ...one, keys: [{ ...one.keys[0]!, type: 'integer' }] })],
    ['a key that has the name of a number', (one) => ({ ...one, keys: [{ ...one.keys[0]!, column: one.aggregates[0]!.column }] })],
    ['a plan afterwards that is none', (one) => ({ ...one, rest: {} })],
    ['a plan afterwards with steps that are none', (one) => ({ ...one, rest: { ...one.rest, columns: 5 } })],
    ['a plan afterwards of another table', (one) => ({ ...one, noisy: 'elsewhere' })],
    ['a key too many', (one) => ({ ...one, groups: [{ key: ['f', 'm'], drawn: ['1', '2'] }] })],
    ['a number too few', (one) => ({ ...one, groups: [{ key: ['f'], drawn: ['1'] }] })],
    ['a group twice', (one) => ({ ...one, groups: [one.groups[0], one.groups[0]] })],
    ['a sum that is no integer', (one) => ({ ...one, groups: [{ key: ['f'], drawn: ['1.5', '2'] }] })],
    ['a sum as a double', (one) => ({ ...one, groups: [{ key: ['f'], drawn: [1, '2'] }] })],
    ['a sum of endless digits', (one) => ({ ...one, groups: [{ key: ['f'], drawn: ['9'.repeat(41), '2'] }] })],
    ['a quantile as digits', () => ({ ...quantile(), groups: [{ key: [], drawn: ['41'] }] })],
    ['an aggregate of a number that is not there', (one) => ({ ...one, aggregates: [{ ...one.aggregates[0]!, drawn: [2] }] })],
    ['a mean of one number', (one) => ({ ...one, aggregates: [{ ...one.aggregates[1]!, drawn: [1] }] })],
    ['a mean without bounds', (one) => ({ ...one, aggregates: [{ ...one.aggregates[1]!, bounds: null }] })],
    ['bounds that are turned round', (one) => ({ ...one, aggregates: [{ ...one.aggregates[1]!, bounds: { lower: 100, upper: 0, granularity: 1 } }] })],
    ['an aggregate that nobody knows', (one) => ({ ...one, aggregates: [{ ...one.aggregates[0]!, kind: 'MAX' }] })],
    ['no aggregates', (one) => ({ ...one, aggregates: [] })],
    ['a negative width', (one) => ({ ...one, widths: [-1, 5] })],
    ['contributions of nobody', (one) => ({ ...one, maxRows: 0 })],
    ['an epsilon that comes back', (one) => ({ ...one, spent: [{ ...one.spent[0]!, epsilon: -1 }] })],
  ])('%s is refused', (_name, change) => expect(refusalOf(() => accept(change(right()))).code).toBe('envelope.malformed'));

  test('arrays are refused', () => expect(refusalOf(() => accept(right(), { x: new Float64Array(1) })).code).toBe('envelope.malformed'));
});
