import type { PrivateCounts, PrivateQuery } from '@podnet/plan';
import { bufferedBits } from '@podnet/privacy';
import { body } from '../../body.ts';
import { refusalOf } from '../../fixtures/refusal.ts';
import { answerOf, readPrivateAnswer } from './answer.ts';
import { draw } from './draw.ts';
import { leastUnits, mechanismsOf } from './mechanisms.ts';
import { privateSqlModeller, type PrivateSummary } from './modeller.ts';
import { withWidths } from './widths.ts';

/** The same bits each time: xorshift, for tests alone. */
function seeded(seed: number) {
  let state = seed >>> 0 || 1;
  return bufferedBits((words) => {
    for (let i = 0; i < words.length; i += 1) {
      state ^= state << 13;
      state ^= state >>> 17;
      state ^= state << 5;
      words[i] = state >>> 0;
    }
  });
}

const column = (name: string) => ({ expr: 'column', name });
const query = (changes: Partial<PrivateQuery> = {}): PrivateQuery => ({
  datasets: ['people'], dataset: 'people', rows: {}, unit: null, maxRows: 1, maxGroups: 1, needsDelta: false,
  keys: [{ column: 'key_1', type: 'text', values: ['a', 'b', 'c'] }],
  values: [{ column: 'value_1', bounds: { lower: 0, upper: 100, granularity: 1 }, nullable: false }],
  aggregates: [{ column: 'aggregate_1', kind: 'COUNT', value: null }, { column: 'aggregate_2', kind: 'AVG', value: 0 }],
  rest: { version: 1, node: 'sort', input: { node: 'select', input: { node: 'scan', source: 'noisy' }, columns: [column('key_1'), { expr: 'alias', name: 'n', input: column('aggregate_1') }, { expr: 'alias', name: 'mean', input: column('aggregate_2') }, { expr: 'alias', name: 'twice', input: { expr: 'arithmetic', op: 'add', left: column('aggregate_1'), right: column('aggregate_1') } }] }, by: [column('n')], descending: [true], nullsLast: false } as never,
  noisy: 'noisy', ...changes,
});
const counts: PrivateCounts = { groups: [{ key: ['a'], measured: [1000n, -10_000n] }, { key: ['b'], measured: [500n, 5_000n] }], privateKeys: [] };
const sum = (amounts: readonly { epsilonMicro: number; deltaFemto: number }[]) => amounts.reduce((all, { epsilonMicro, deltaFemto }) => [all[0]! + epsilonMicro, all[1]! + deltaFemto], [0, 0]);

describe('the split of what may be spent', () => {
  test('adds up to the whole, each number once: the mean shares the count', () => {
    const { list, keys, ofAggregate } = mechanismsOf(query(), { epsilon: 1, delta: 1e-6 });
    expect(list).toHaveLength(2);
    expect(ofAggregate).toEqual([[0], [1, 0]]);
    expect(keys).toBeNull();
    expect(sum(list.map(({ cost }) => cost))[0]).toBe(1_000_000);
  });

  test('has a share for keys that are private, with the delta', () => {
    const { list, keys } = mechanismsOf(query({ keys: [{ column: 'key_1', type: 'text', values: null }], needsDelta: true }), { epsilon: 0.9, delta: 1e-6 });
    expect(sum([keys!.cost, ...list.map(({ cost }) => cost)])[0]).toBe(900_000);
    expect(keys!.cost.deltaFemto).toBeGreaterThan(0);
    expect(keys!.threshold.minUnits).toBe(leastUnits);
  });

  test('a gap in the column makes its count another one', () => {
    const gaps = query({ values: [{ column: 'value_1', bounds: { lower: 0, upper: 100, granularity: 1 }, nullable: true }] });
    expect(mechanismsOf(gaps, { epsilon: 1, delta: 1e-6 }).list.map(({ measure }) => measure.measure)).toEqual(['rows', 'sum', 'present']);
  });

  test.each([[{ maxRows: 5, maxGroups: 3 }, 15n], [{ maxRows: 1, maxGroups: 1 }, 1n]] as const)('a unit counts for what it may put in: %o', (bounds, l1) => {
    const [count] = mechanismsOf(query({ ...bounds, unit: 'unit' }), { epsilon: 1, delta: 1e-6 }).list;
    expect(count).toMatchObject({ kind: 'sum', part: { sensitivity: { l1 } } });
  });

  test.each([[{ epsilon: 0.000001, delta: 1e-6 }], [{ epsilon: Number.NaN, delta: 1e-6 }], [{ epsilon: 1, delta: 1 }], [{ epsilon: 0, delta: 1e-6 }]])('%o is refused', (privacy) => {
    expect(refusalOf(() => mechanismsOf(query(), privacy)).code).toBe('privacy.malformed');
  });
});

describe('what leaves', () => {
  const mechanisms = mechanismsOf(query(), { epsilon: 2, delta: 1e-6 });

  test('has every public key, also that of nobody, in the declared order', () => {
    const groups = draw(query(), mechanisms, { ...counts, groups: [...counts.groups].reverse() }, seeded(7));
    expect(groups.map(({ key }) => key)).toEqual([['a'], ['b'], ['c']]);
    // 2e⁻¹²: noise of discrete Laplace at epsilon 1 beyond 28.
    expect(Math.abs(Number(groups[2]!.drawn[0]))).toBeLessThan(28);
  });

  test('has a private key only when ten units and more stand behind it', () => {
    const keyed = query({ keys: [{ column: 'key_1', type: 'text', values: null }], needsDelta: true });
    const many = mechanismsOf(keyed, { epsilon: 8, delta: 1e-3 });
    const privateKeys = [{ key: ['few'], units: leastUnits - 1 }, { key: ['many'], units: 5_000 }];
    for (let seed = 1; seed <= 200; seed += 1) {
      expect(draw(keyed, many, { groups: [], privateKeys }, seeded(seed)).map(({ key }) => key)).toEqual([['many']]);
    }
  });

  test('adds discrete Laplace noise of the width that was paid for', () => {
    const bits = seeded(11);
    const one = mechanismsOf(query({ keys: [], aggregates: [{ column: 'aggregate_1', kind: 'COUNT', value: null }] }), { epsilon: 1, delta: 1e-6 });
    const n = 20_000;
    let size = 0;
    for (let i = 0; i < n; i += 1) size += Math.abs(Number(draw(query({ keys: [] }), one, { groups: [{ key: [], measured: [60n] }], privateKeys: [] }, bits)[0]!.drawn[0]) - 60);
    // E|X| = 2e⁻¹/(1 − e⁻²) = 0.8509; s.d. of the mean 0.0075 at n = 20 000: 4.5 of them, false alarm 1e-5. Noise 0.77 as wide has 0.62.
    expect(Math.abs(size / n - 0.8509)).toBeLessThan(0.034);
  });
});

describe('the modeller\'s side', () => {
  const answerOfPod = (seed: number, changes: Partial<PrivateQuery> = {}) => {
    const asked = query(changes);
    const mechanisms = mechanismsOf(asked, { epsilon: 2, delta: 1e-6 });
    return body(JSON.parse(JSON.stringify(answerOf(asked, mechanisms, draw(asked, mechanisms, counts, seeded(seed)), ['key', 'n', 'mean', 'twice']))));
  };
  const combine = (bodies: ReturnType<typeof body>[]) => privateSqlModeller.open({ params: { sql: '' }, model: null, pods: [], privacy: null, calls: [] }).results!.combine(bodies.map((one, i) => ({ podId: `pod-${i}`, podName: `p${i}`, body: one }))).summary as PrivateSummary;

  test('adds up the pods, with the width of both, and computes the rest', () => {
    const summary = combine([answerOfPod(1), answerOfPod(2)]);
    if (summary.combine !== 'pooled') throw new Error('It is not pooled.');
    expect(summary.columns.map(({ name }) => name)).toEqual(['key', 'n', 'mean', 'twice']);
    expect(summary.rows.map(([key]) => key)).toEqual(['a', 'b', 'c']);
    const [first] = summary.rows as [string, number, number, number][];
    expect(Math.abs(first![1] - 2000)).toBeLessThan(60);
    expect(first![3]).toBe(2 * first![1]);
    // Twenty thousand ticks below the middle over two thousand people: 50 − 10.
    expect(Math.abs(first![2] - 40)).toBeLessThan(4);
    const [one] = (combine([answerOfPod(1)]) as Extract<PrivateSummary, { combine: 'pooled' }>).accuracy;
    expect(summary.accuracy[0]![1]).toBeCloseTo(Math.SQRT2 * one![1]!, 9);
    // What is computed of several numbers has none.
    expect(summary.accuracy[0]![3]).toBeNull();
    expect(summary.spent.map(({ pod }) => pod)).toEqual(['p0', 'p1']);
  });

  test('refuses pods that declare other bounds', () => {
    const other = answerOfPod(2, { values: [{ column: 'value_1', bounds: { lower: 0, upper: 90, granularity: 1 }, nullable: false }] });
    expect(refusalOf(() => combine([answerOfPod(1), other])).code).toBe('schema.incompatible');
  });

  test.each<[string, (json: Record<string, unknown>) => void]>([
    ['a number too few', (json) => ((json['groups'] as { drawn: unknown[] }[])[0]!.drawn.pop())],
    ['a number that is none', (json) => ((json['groups'] as { drawn: unknown[] }[])[0]!.drawn[0] = '1e9')],
    ['a group twice', (json) => ((json['groups'] as unknown[])[1] = (json['groups'] as unknown[])[0])],
    ['a place that is not there', (json) => ((json['aggregates'] as { drawn: number[] }[])[0]!.drawn = [9])],
    ['bounds that are none', (json) => ((json['aggregates'] as { bounds: object }[])[1]!.bounds = { lower: 5, upper: 5, granularity: 1 })],
    ['more than there is', (json) => (json['exact'] = 1)],
  ])('takes no answer with %s', (_name, change) => {
    const answer = answerOfPod(1);
    change(answer.json as Record<string, unknown>);
    expect(refusalOf(() => readPrivateAnswer(answer)).code).toBe('envelope.malformed');
  });

  test('widths come through filters, orders and renamings, and not through what makes other rows', () => {
    const aggregates = [{ column: 'x', kind: 'COUNT', bounds: null, drawn: [0] }] as never;
    const scan = { node: 'scan', source: 'noisy' };
    expect(withWidths({ node: 'rename', input: { node: 'slice', input: { node: 'sort', input: scan, by: [], descending: [] }, offset: 0, length: 1 }, columns: [{ from: 'x', to: 'y' }] }, aggregates).carried).toEqual(['y']);
    expect(withWidths({ node: 'drop', input: scan, columns: ['x'] }, aggregates).carried).toEqual([]);
    expect(withWidths({ node: 'groupBy', input: scan, by: [], aggs: [] }, aggregates).carried).toEqual([]);
  });
});
