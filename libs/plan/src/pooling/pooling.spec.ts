import fc from 'fast-check';
import { isFault } from '@podnet/errors';
import { col, concatString, len, lit, when } from '../builder/functions.ts';
import { concat, scan, type LazyPlan } from '../builder/lazy-plan.ts';
import { expressionKinds } from '../expressions/registry.ts';
import { ask } from '../fixtures/ask.ts';
import { askPooled, podAnswers, rowsOf } from '../fixtures/pool.ts';
import { nodeKinds } from '../nodes/registry.ts';
import type { SmallTable } from '../reference/run.ts';
import type { DatasetSource } from '../source.ts';
import { parsePlan } from '../parse.ts';
import { poolPlan } from './pool-plan.ts';
import { isRowWise } from './row-wise.ts';
import { runRest } from './run-rest.ts';
import { pooledKinds } from './split.ts';
import { outputOf, readTerm } from './term.ts';
import type { Cell } from '../cell.ts';

const source: DatasetSource = {
  kind: 'dataset', unit: null,
  columns: [{ name: 'g', type: 'text' }, { name: 'h', type: 'integer' }, { name: 'x', type: 'number' }, { name: 'n', type: 'integer' }, { name: 'b', type: 'boolean' }, { name: 'd', type: 'date' }],
};

type Row = SmallTable['rows'][number];
const tableOf = (rows: readonly Row[]): SmallTable => ({ rows, units: rows.map((_row, i) => String(i)) });
const whole = (pods: readonly SmallTable[]): SmallTable => tableOf(pods.flatMap(({ rows }) => rows));

const data = scan('data');
const x = col('x');

/** Plans whose pooled answer is that over all rows together. */
const poolable: [string, LazyPlan][] = [
  ['counts', data.groupBy('g').agg(len(), x.count().alias('c'), col('b').count().alias('cb'))],
  ['sums', data.groupBy('g').agg(x.sum(), col('n').sum(), col('b').sum(), x.sumOrNull().alias('or'))],
  ['moments', data.groupBy('g').agg(x.mean().alias('m'), x.var().alias('v'), x.std().alias('s'), col('n').mean().alias('nm'), col('b').mean().alias('bm'))],
  ['two keys, one of them made', data.groupBy('g', col('n').floorDiv(2).alias('half')).agg(x.mean())],
  ['dates as keys', data.groupBy('d').agg(x.mean(), len())],
  ['all rows', data.select(len(), x.mean().alias('m'), x.std().alias('s'), x.sum().alias('t'))],
  ['nobody', data.filter(x.gt(1e9)).select(len(), x.mean().alias('m'), x.var().alias('v'), x.sum().alias('t'), x.sumOrNull().alias('o'))],
  ['arithmetic of aggregates', data.groupBy('g').agg(x.sum().div(col('n').sum()).alias('ratio'), x.mean().mul(2).sub(lit(1)).alias('twice'), when(len().gt(3)).then(x.mean()).otherwise(null).alias('if'))],
  ['filters inside', data.groupBy('g').agg(x.filter(col('b').eq(true)).mean().alias('yes'), x.isNull().sum().alias('gaps'), x.mul(x).mean().alias('sq'))],
  ['steps before', data.filter(col('n').gt(0)).withColumns(x.mul(2).alias('y'), x.fillNull(0).alias('z')).dropNulls('g').rename({ g: 'group' }).sort('x').groupBy('group').agg(col('y').sum(), col('z').mean())],
  ['parts as rows', data.unpivot(['g'], ['x', 'n']).groupBy('g', 'variable').agg(col('value').mean())],
  ['a stack of two', concat([data.select('g', 'x'), data.select('g', col('n').cast('number').alias('x'))]).groupBy('g').agg(x.mean(), x.std().alias('s'))],
  ['HAVING, order and head', data.groupBy('g').agg(len(), x.mean().alias('m')).filter(col('len').gtEq(2)).sort(['len', 'g'], { descending: [true, false] }).head(2)],
  ['groups of groups', data.groupBy('g', 'h').agg(x.sum().alias('t')).groupBy('g').agg(col('t').max().alias('most'), col('t').mean().alias('typical'), col('t').median().alias('middle'))],
  ['a window over groups', data.groupBy('g').agg(len()).withColumns(col('len').sum().over().alias('all')).withColumns(col('len').div(col('all')).alias('share'))],
  ['numbered groups', data.groupBy('g').agg(len()).sort('g').withRowIndex('i').unique({ subset: ['len'], keep: 'first' })],
  ['a description', data.select('x', 'n', 'g').describe()],
  ['only some of it', data.select('x', 'b').describe('std', 'nullCount')],
];

const cell = fc.oneof({ weight: 1, arbitrary: fc.constant(null) }, { weight: 5, arbitrary: fc.double({ min: -1e6, max: 1e6, noNaN: true }) });
const row = fc.record({
  g: fc.constantFrom('a', 'b', 'c', null), h: fc.constantFrom(1, 2, null), x: cell, n: fc.oneof(fc.constant(null), fc.integer({ min: -5, max: 1e6 })), b: fc.constantFrom(true, false, null),
  d: fc.constantFrom(0, 86_400_000 * 400, null),
});
const pods = fc.array(fc.array(row, { maxLength: 12 }).map(tableOf), { minLength: 1, maxLength: 4 });

/** Columns of squares. */
const squared = new Set(['v', 'sq']);

/** Within 1e-12 of the values' magnitude; groups in any order where the plan asks for none. */
function expectSame(found: readonly Record<string, Cell>[], expected: readonly Record<string, Cell>[], magnitude: number): void {
  const key = (one: Record<string, Cell>): string => JSON.stringify(Object.entries(one).filter(([, value]) => typeof value !== 'number' || Number.isInteger(value)));
  const ordered = (rows: readonly Record<string, Cell>[]) => [...rows].sort((a, b) => (key(a) < key(b) ? -1 : 1));
  const [ours, theirs] = [ordered(found), ordered(expected)];
  expect(ours).toHaveLength(theirs.length);
  ours.forEach((one, i) => {
    for (const [name, value] of Object.entries(one)) {
      const other = theirs[i]![name]!;
      const scale = squared.has(name) ? magnitude ** 2 : magnitude;
      if (typeof value === 'number' && typeof other === 'number') expect(Math.abs(value - other)).toBeLessThanOrEqual(1e-12 * Math.max(scale, Math.abs(other)));
      else expect([name, value]).toEqual([name, other]);
    }
  });
}

describe('pooled answers are those over all rows together', () => {
  test.each(poolable)('%s', (_name, plan) => {
    fc.assert(fc.property(pods, (tables) => {
      const { answer } = askPooled(plan.toJson(), source, tables);
      const direct = podAnswers(plan.toJson(), source, whole(tables));
      expect(answer.columns.map(({ name, type }) => ({ name, type }))).toEqual(direct.columns.map(({ name, type }) => ({ name, type })));
      const largest = Math.max(1, ...whole(tables).rows.flatMap(({ x: one, n: other }) => [one, other].map((value) => Math.abs((value as number | null) ?? 0))));
      expectSame(rowsOf(answer), rowsOf(direct), largest);
    }), { numRuns: 60 });
  });

  test('with groups that only some pods have, and a pod without rows', () => {
    const tables = [tableOf([{ g: 'a', x: 1 }, { g: 'a', x: 3 }]), tableOf([{ g: 'b', x: 10 }, { g: 'a', x: 8 }]), tableOf([])];
    const { answer } = askPooled(data.groupBy('g').agg(x.mean().alias('m'), x.var().alias('v'), len()).sort('g').toJson(), source, tables);
    expect(rowsOf(answer)).toEqual([{ g: 'a', m: 4, v: 13, len: 3 }, { g: 'b', m: 10, v: null, len: 1 }]);
  });

  test('a mean is not the mean of means, nor a deviation that of deviations', () => {
    const tables = [tableOf([{ x: 0 }]), tableOf([{ x: 9 }, { x: 9 }, { x: 9 }])];
    const { answer } = askPooled(data.select(x.mean().alias('m'), x.std().alias('s')).toJson(), source, tables);
    expect(rowsOf(answer)).toEqual([{ m: 6.75, s: 4.5 }]);
  });

  test('a small deviation beside a large mean keeps its digits', () => {
    const at = (base: number) => tableOf([1, 2, 3, 4].map((i) => ({ x: base + i })));
    const { answer } = askPooled(data.select(x.var()).toJson(), source, [at(1e9), at(1e9), at(1e9)]);
    expect(rowsOf(answer)[0]!['x']).toBeCloseTo(15 / 11, 9);
  });

  test('whole numbers add up exactly beyond 2^53, until they are written', () => {
    const tables = [tableOf([{ n: 2 ** 53 }]), tableOf([{ n: 1 }]), tableOf([{ n: 1 }]), tableOf([{ n: -(2 ** 53) }])];
    expect(rowsOf(askPooled(data.select(col('n').sum()).toJson(), source, tables).answer)).toEqual([{ n: 2 }]);
  });

  test('tables of one\'s own meet single rows at the pods and groups at the modeller', () => {
    const brought = {
      sources: new Map([['names', { kind: 'own' as const, columns: [{ name: 'g', type: 'text' as const }, { name: 'title', type: 'text' as const }, { name: 'w', type: 'number' as const }] }]]),
      tables: new Map([['names', tableOf([{ g: 'a', title: 'A', w: 2 }, { g: 'b', title: 'B', w: 3 }])]]),
    };
    const tables = [tableOf([{ g: 'a', x: 1 }, { g: 'c', x: 5 }]), tableOf([{ g: 'b', x: 4 }, { g: 'a', x: 2 }])];
    for (const plan of [
      data.join(scan('names'), { on: 'g' }).groupBy('title').agg(x.sum()).sort('title'),
      data.groupBy('g').agg(x.sum()).join(scan('names'), { on: 'g' }).select('title', 'x').sort('title'),
    ]) {
      expect(rowsOf(askPooled(plan.toJson(), source, tables, brought).answer)).toEqual([{ title: 'A', x: 3 }, { title: 'B', x: 4 }]);
    }
  });
});

const names = scan('names');
const aggregated = data.groupBy('g').agg(len());

/** What cannot be pooled, where it stands, and what the hint says. */
const refused: [string, LazyPlan, string, RegExp][] = [
  ['single rows', data.filter(x.gt(1)), '$', /combine: each/],
  ['the first rows', data.head(5), '$', /Aggregate first/],
  ['the first rows under an aggregate', data.sort('x').head(5).select(x.mean()), '$.input', /Aggregate first/],
  ['a minimum', data.groupBy('g').agg(x.min()), '$.aggs[0]', /combine: each/],
  ['a median inside arithmetic', data.groupBy('g').agg(len(), x.median().mul(2).alias('m')), '$.aggs[1].input.left', /combine: each/],
  ['a number of different values', data.select(x.nUnique()), '$.columns[0]', /combine: each/],
  ['a number of different values of SQL', data.select(x.nUniquePresent()), '$.columns[0]', /combine: each/],
  ['an aggregate beside rows', data.withColumns(x.mean().alias('m')).select(col('m').mean()), '$.input.columns[0].input', /combine: each/],
  ['a window', data.select(x.sub(x.mean().over('g')).alias('c')).select(col('c').mean()), '$.input.columns[0].input.right', /combine: each/],
  ['a filter by an own mean', data.filter(x.gt(x.mean())).select(len()), '$.input.predicate.right', /combine: each/],
  ['distinct rows', data.unique().select(len()), '$.input', /Aggregate first/],
  ['numbered rows', data.withRowIndex().select(col('index').sum()), '$.input', /Aggregate first/],
  ['groups beside their rows', data.join(aggregated, { on: 'g' }).select(len()), '$.input.left', /combine: each/],
  ['two aggregations that meet', aggregated.join(data.groupBy('g').agg(x.mean()), { on: 'g' }), '$', /on its own/],
  ['two aggregations in a stack', concat([aggregated, aggregated]), '$', /on its own/],
  ['every pair of rows', data.join(data, { how: 'cross' }).select(len()), '$.input', /combine: each/],
  ['rows of one\'s own in a stack', concat([data.select('g'), names.select('g')]).select(len()), '$.input.inputs[1]', /after they are aggregated/],
  ['a full join with one\'s own table', data.join(names, { on: 'g', how: 'full' }).select(len()), '$.input', /left join/],
  ['a table of one\'s own on the left', names.join(data, { on: 'g', how: 'left' }).select(len()), '$.input', /left side/],
  ['own rows that are found', names.join(data, { on: 'g', how: 'semi' }).select(len()), '$.input', /left side/],
  ['nothing of the pods', names.groupBy('g').agg(len()), '$', /as data/],
  ['a description by minima', data.describe('count', 'min'), '$.statistics[1]', /combine: each/],
];

const faultOf = (run: () => unknown) => {
  try {
    run();
  } catch (error) {
    if (isFault(error)) return error.toBody();
    throw error;
  }
  throw new Error('Nothing was refused.');
};

test.each(refused)('%s cannot be pooled', (_name, plan, at, hint) => {
  const fault = faultOf(() => poolPlan(plan.toJson(), ['names']));
  expect(fault).toMatchObject({ code: 'plan.cannot-pool', at });
  expect(fault.hint).toMatch(hint);
});

test('what a pod is asked for is no more than parts, each of them once', () => {
  const { local } = poolPlan(data.groupBy('g').agg(x.mean().alias('m'), x.std().alias('s'), x.mean().mul(x.sum()).alias('p')).head(1).toJson());
  expect((local['aggs'] as { input: { expr: string; op: string } }[]).map(({ input }) => input.op)).toEqual(['sum', 'count', 'mean', 'var']);
  expect(local).toMatchObject({ version: 1, node: 'groupBy', input: { node: 'scan', source: 'data' } });
});

test.each<[string, LazyPlan, string[]]>([
  ['what is selected', data.groupBy('g').agg(len(), x.mean().alias('m'), col('n').sum()).filter(col('len').gt(1)).sort('n').select('g'), ['len', 'sum']],
  ['what groups are made of', data.groupBy('g', 'h').agg(len(), x.sum()).groupBy('g').agg(col('x').max()), ['sum']],
  ['everything, where everything is shown', data.groupBy('g').agg(len(), col('n').sum()).sort('len'), ['len', 'sum']],
  ['everything, where it cannot be seen', data.groupBy('g').agg(len(), col('n').sum()).unique({ subset: ['len'] }).select('g'), ['len', 'sum']],
  ['one row, when nothing of it is', data.select(len()).select(lit(1).alias('one'), col('len')).select('one'), ['len']],
])('pods are asked for %s', (_name, plan, ops) => {
  const { local } = poolPlan(plan.toJson());
  expect(((local['aggs'] ?? local['columns']) as { input: { expr: string; op?: string } }[]).map(({ input }) => input.op ?? input.expr)).toEqual(ops);
  const tables = [tableOf([{ g: 'a', h: 1, x: 1, n: 1 }, { g: 'a', h: 2, x: 3, n: 2 }]), tableOf([{ g: 'b', h: 1, x: 5, n: 9 }])];
  expectSame(rowsOf(askPooled(plan.toJson(), source, tables).answer), rowsOf(podAnswers(plan.toJson(), source, whole(tables))), 10);
});

test('parts do not take the names of keys', () => {
  const { answer } = askPooled(data.groupBy(col('g').alias('len_1')).agg(len()).sort('len_1').toJson(), source, [tableOf([{ g: 'a' }])]);
  expect(rowsOf(answer)).toEqual([{ len_1: 'a', len: 1 }]);
});

describe('answers of pods', () => {
  const pooling = poolPlan(data.groupBy('g').agg(len(), x.var()).toJson());
  const good = podAnswers(pooling.local, source, tableOf([{ g: 'a', x: 1 }, { g: 'a', x: 2 }, { g: 'b', x: 1 }]));
  const changed = (at: number, change: object) => ({ ...good, columns: good.columns.map((column, i) => (i === at ? { ...column, ...change } : column)) });

  test('fit their plan', () => expect(pooling.fits(good)).toBe(true));

  test.each<[string, ReturnType<typeof changed>]>([
    ['a column less', { ...good, columns: good.columns.slice(1) }],
    ['another name', changed(1, { name: 'n' })],
    ['a group twice', changed(0, { values: ['a', 'a'] })],
    ['fewer than nobody', changed(1, { values: [2, -1] })],
    ['half a person', changed(1, { values: [2, 0.5] })],
    ['a count that is none', changed(1, { values: [2, null] })],
    ['a variance below zero', changed(5, { values: [-1, null] })],
    ['a mean that is a text', changed(4, { type: 'text', values: ['1', '2'] })],
  ])('do not with %s', (_name, answer) => expect(pooling.fits(answer)).toBe(false));

  test('that null a key cannot be told apart', () => {
    expect(faultOf(() => pooling.combine([changed(0, { nulled: true, values: [null, null] })])).code).toBe('plan.cannot-pool');
  });

  test('of groups of different types do not fit each other', () => {
    expect(faultOf(() => pooling.combine([good, changed(0, { type: 'integer', values: [1, 2] })])).code).toBe('schema.incompatible');
  });

  test('that null a value null what is made of it, by whatever road, and leave counts', () => {
    const plan = data.groupBy('g').agg(len(), x.mean().alias('m'), col('n').sum().alias('t')).withColumns(col('m').fillNull(0).add(col('t')).alias('both')).sort('g');
    const one = poolPlan(plan.toJson());
    const rows = podAnswers(one.local, source, tableOf([{ g: 'a', x: 1, n: 1 }]));
    const nulled = { ...rows, columns: rows.columns.map((column) => (column.name.startsWith('mean') ? { ...column, nulled: true, values: [null] } : column)) };
    const answer = runRest(one, one.combine([rows, nulled]));
    expect(answer.columns.map(({ name, nulled: isNulled, values }) => [name, isNulled, values])).toEqual([['g', false, ['a']], ['len', false, [2]], ['m', true, [null]], ['t', false, [2]], ['both', true, [null]]]);
  });
});

test.each<[string, LazyPlan, boolean]>([
  ['rows', data.filter(x.gt(1)).withColumns(x.mul(2).alias('y')).sort('x').select('g', 'y'), true],
  ['rows that met within a pod', data.join(data.select('h', 'g'), { on: 'h' }), true],
  ['groups', data.groupBy('g').agg(len()).filter(col('len').gt(1)), false],
  ['one row for all', data.select(len()), false],
  ['a window', data.withColumns(x.mean().over('g').alias('m')), false],
  ['the first rows', data.head(5), false],
  ['distinct rows', data.unique(), false],
  ['every pair', data.join(data, { how: 'cross' }), false],
])('a frame of %s is a frame of rows: %#', (_name, plan, expected) => {
  const typed = parsePlan(plan.toJson(), new Map([['data', source]]));
  expect(isRowWise(typed)).toBe(expected);
  expect(isRowWise(parsePlan(scan('kept').toJson(), new Map([['kept', { kind: 'derived', plan: typed }]])))).toBe(expected);
});

describe('what pods are asked for by a mean', () => {
  const people: DatasetSource = { kind: 'dataset', unit: null, columns: [{ name: 'x', type: 'number' }, { name: 'y', type: 'number' }, { name: 'b', type: 'boolean' }] };
  /** Thirty people, two of whom have no value. */
  const tables = new Map([['data', tableOf(Array.from({ length: 30 }, (_, i) => ({ x: i < 2 ? null : i, y: i < 2 ? null : i, b: i < 2 ? null : i % 2 === 0 })))]]);
  const released = (plan: unknown) => ask({ toJson: () => plan } as LazyPlan, new Map([['data', people]]), tables).judgement.released;
  const y = col('y');

  test.each<[string, LazyPlan]>([['mean', data.select(x.mean())], ['variance', data.select(x.var())], ['deviation of groups', data.filter(x.gt(-1)).groupBy('b').agg(x.std())]])('is released where the %s of one pod is, also with few gaps', (_name, plan) => {
    expect([released(plan.toJson()), released(poolPlan(plan.toJson()).local)]).toEqual([true, true]);
  });

  test.each<[string, LazyPlan]>([
    ['alone', data.select(x.count())],
    ['beside a mean', data.select(x.count().alias('n'), x.mean())],
    ['beside a sum', data.select(x.count().alias('n'), x.sum())],
    ['beside sum and mean of another column', data.select(x.count(), y.sum(), y.mean().alias('m'))],
    ['beside sum and mean of one column each', data.select(x.count(), x.sum().alias('s'), y.mean())],
    ['of what is made of a column', data.select(x.add(1).count(), x.add(1).sum().alias('s'), x.add(1).mean().alias('m'))],
    ['of a made column', data.withColumns(x.add(1).alias('z')).select(col('z').count(), col('z').sum().alias('s'), col('z').mean().alias('m'))],
    ['of two columns\' gaps', data.select(x.add(y).count().alias('n'), x.sum(), x.mean().alias('m'))],
    ['of a condition', data.select(x.isNull().sum().alias('gaps'), x.sum(), x.mean().alias('m'))],
    ['of a boolean', data.select(col('b').count().alias('n'), col('b').sum(), col('b').mean().alias('m'))],
    ['of different values', data.select(x.nUniquePresent().alias('n'), x.sum(), x.mean().alias('m'))],
    ['beside a sum and a mean inside other things', data.select(x.count(), x.sum().mul(2).alias('s'), x.mean().mul(2).alias('m'))],
    ['with a filter of its own', data.select(x.filter(y.gt(3)).count().alias('n'), x.sum(), x.mean().alias('m'))],
  ])('a count of two gaps %s is refused all the same', (_name, plan) => expect(released(plan.toJson())).toBe(false));

  test('a count that is told needs enough people with a value', () => {
    const few = new Map([['data', tableOf(Array.from({ length: 30 }, (_, i) => ({ x: i < 5 ? i : null })))]]);
    const plan = data.select(x.count().alias('n'), x.sum(), x.mean().alias('m')).select('n');
    expect(ask(plan, new Map([['data', people]]), few).judgement.released).toBe(false);
    expect(ask(plan, new Map([['data', people]]), tables).judgement.released).toBe(true);
  });
});

describe('nothing is forgotten', () => {
  test('every node has its treatment', () => {
    expect([...pooledKinds].sort()).toEqual([...nodeKinds.keys()].sort());
  });

  test('names of columns are those of the type rules, for every expression', () => {
    const every = { ...source, columns: [...source.columns, { name: 'l', type: 'list of text' as const }] };
    const made = [
      x, x.alias('y'), lit(1).add(x), x.add(1), x.neq(2), x.isNull().not(), x.fillNull(col('n')), x.cast('text'), x.clip(0, 1), x.abs(), x.round(), x.sqrt(), x.isBetween(0, 1), x.isIn([1]),
      col('b').and(col('b')), when(col('b')).then(x).otherwise(col('n')), col('g').str.toUpperCase(), col('g').str.contains('a'), col('g').str.lengths(), concatString('g', lit('x')), col('d').date.year(), col('d').date.truncate('month'), x.mean().over('g'),
      len(), x.count(), x.sum(), x.min(), x.filter(col('b')).sum(),
    ];
    const seen = new Set<string>();
    for (const { json } of made) {
      const term = readTerm(json, '$');
      const look = (one: typeof term): void => {
        seen.add(one.kind);
        for (const operand of one.operands) look(operand.term);
      };
      look(term);
      const typed = parsePlan({ version: 1, node: 'select', input: { node: 'scan', source: 'data' }, columns: [json] }, new Map([['data', every]]));
      expect(outputOf(term)).toBe(typed.root.schema[0]!.name);
    }
    expect([...expressionKinds.keys()].filter((kind) => !seen.has(kind))).toEqual([]);
  });
});
