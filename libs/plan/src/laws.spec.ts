import fc from 'fast-check';
import { col, len, when } from './builder/functions.ts';
import type { Expr } from './builder/expr.ts';
import { concat, scan, type LazyPlan } from './builder/lazy-plan.ts';
import { ask, type Asked } from './fixtures/ask.ts';
import { printTree } from './print/tree.ts';
import { removeUnit, runReference, type SmallTable, type SmallTables } from './reference/run.ts';
import type { Source, Sources } from './typed.ts';

/**
 * Random tables, random plans: the analysis against brute force. Runs are few by default; `PLAN_LAW_RUNS=20000` asks for a long night.
 */
const numRuns = Number(process.env['PLAN_LAW_RUNS'] ?? 300);

const columns = [
  { name: 'id', type: 'integer', nullable: false }, { name: 'g', type: 'text' }, { name: 'h', type: 'integer' }, { name: 'x', type: 'number' }, { name: 'y', type: 'number', nullable: false }, { name: 'b', type: 'boolean' },
] as const;

const sources: Sources = new Map<string, Source>([
  ['s', { kind: 'dataset', columns, unit: 'id' }],
  ['t', { kind: 'dataset', columns, unit: 'id' }],
  ['own', { kind: 'own', columns }],
]);

/** Values that do not meet by chance, so that a sum that ignores somebody is seen to. */
const generic = fc.integer({ min: 1, max: 1_000_000 }).map((n) => n / 1000 + Math.sqrt(n));

const table = (units: number): fc.Arbitrary<SmallTable> => fc.array(fc.record({
  id: fc.integer({ min: 1, max: units }),
  g: fc.constantFrom('a', 'b', 'c', null),
  h: fc.constantFrom(1, 2, 3, null),
  x: fc.oneof({ weight: 2, arbitrary: generic }, { weight: 1, arbitrary: fc.constant(null) }),
  y: generic,
  b: fc.constantFrom(true, false, null),
}), { minLength: 3, maxLength: 14 }).map((rows) => ({ rows, units: rows.map(({ id }) => String(id)) }));

/** One row for each unit: how many rows somebody has is a value that may be rare by nature. */
const once = ({ rows }: SmallTable): SmallTable => ({ rows: rows.map((row, index) => ({ ...row, id: index + 1 })), units: rows.map((_row, index) => String(index + 1)) });

const tables: fc.Arbitrary<SmallTables> = fc.record({ s: table(8), t: table(8), own: table(4) }).map(({ s, t, own }) => new Map([['s', s], ['t', t], ['own', { rows: own.rows, units: [] }]]));

const threshold = fc.constantFrom(0, 1, 2, 3, 5, 50, 300, 700);

const condition: fc.Arbitrary<Expr> = fc.oneof(
  fc.tuple(fc.constantFrom('x', 'y', 'h', 'id'), threshold, fc.boolean()).map(([name, than, above]) => (above ? col(name).gt(than) : col(name).ltEq(than))),
  fc.constantFrom('a', 'b').map((letter) => col('g').eq(letter)),
  fc.constantFrom('x', 'g', 'h').map((name) => col(name).isNull()),
  fc.constant(col('b')),
  fc.constant(col('y').gt(col('x'))),
  fc.constant(col('x').gt(col('x').mean().over('g'))),
  fc.constant(col('y').gt(col('y').mean())),
);

const plainNumber: fc.Arbitrary<Expr> = fc.constantFrom(col('x'), col('y'));

const number: fc.Arbitrary<Expr> = fc.oneof(
  { weight: 4, arbitrary: plainNumber },
  fc.constantFrom(col('x').mul(col('y')), col('x').add(col('y')), col('y').mul(2).sub(1), col('x').fillNull(0), col('x').clip(20, 400), col('y').abs(), col('y').floor(), col('y').pow(3), col('x').div(col('y')), col('y').mul(1e12)),
  fc.tuple(condition, plainNumber).map(([where, value]) => when(where).then(value).otherwise(0)),
  fc.tuple(condition, plainNumber).map(([where, value]) => when(where).then(value)),
  fc.tuple(condition, plainNumber).map(([where, value]) => where.cast('integer').mul(value)),
  fc.constant(col('y').sub(col('y').mean().over('g'))),
  fc.constant(col('x').sum().over('id')),
);

/** An argument of an aggregate has no window in it. */
const argument = number.filter((expression) => !JSON.stringify(expression.json).match(/"over"|"moment"/));
const innerCondition = condition.filter((expression) => !JSON.stringify(expression.json).match(/"over"|"moment"/));

const aggregate: fc.Arbitrary<Expr> = fc.oneof(
  fc.constant(len()),
  fc.tuple(argument, fc.constantFrom('sum', 'mean', 'std', 'var', 'count', 'nUnique', 'nUniquePresent', 'sumOrNull', 'min', 'max', 'first', 'last', 'median', 'mode')).map(([value, how]) => value[how as 'sum']()),
  fc.tuple(plainNumber, innerCondition, fc.constantFrom('sum', 'mean', 'count', 'max')).map(([value, where, how]) => value.filter(where)[how as 'sum']()),
  innerCondition.map((where) => where.sum()),
);

/** Steps that keep all columns, so that any can follow any. */
const step: fc.Arbitrary<(plan: LazyPlan) => LazyPlan> = fc.oneof(
  condition.map((where) => (plan: LazyPlan) => plan.filter(where)),
  fc.tuple(fc.constantFrom('x', 'y'), number).map(([name, value]) => (plan: LazyPlan) => plan.withColumns(value.cast('number').alias(name))),
  fc.tuple(fc.constantFrom('g', 'h', 'y'), fc.boolean()).map(([by, descending]) => (plan: LazyPlan) => plan.sort(by, { descending })),
  fc.constant((plan: LazyPlan) => plan.withColumns(col('y').mean().over('g').alias('w')).sort('w').drop('w')),
  fc.tuple(fc.integer({ min: -2, max: 2 }), fc.integer({ min: 1, max: 8 })).map(([offset, length]) => (plan: LazyPlan) => plan.slice(offset, length)),
  fc.constantFrom('x', 'g', 'h').map((name) => (plan: LazyPlan) => plan.dropNulls(name)),
  fc.constant((plan: LazyPlan) => plan.fillNull(0, 'x', 'h')),
  fc.constantFrom<readonly string[] | null>(['g'], ['id'], ['h', 'g'], null).chain((subset) => fc.constantFrom('first' as const, 'last' as const, 'none' as const).map((keep) => (plan: LazyPlan) => plan.unique({ subset, keep }))),
  fc.tuple(fc.constantFrom('s', 't', 'own'), fc.constantFrom('inner', 'left', 'semi', 'anti'), fc.constantFrom('id', 'g', 'h')).map(([source, how, on]) => (plan: LazyPlan) => plan.join(scan(source), { how: how as 'inner', on }).select('id', 'g', 'h', 'x', 'y', 'b')),
  fc.tuple(fc.constantFrom('s', 't', 'own'), fc.constantFrom('left', 'full', 'inner'), fc.constantFrom('id', 'g')).map(([source, how, on]) => (plan: LazyPlan) =>
    plan.join(scan(source), { how: how as 'inner', on, suffix: '_r' }).withColumns(col('x_r').alias('x'), col('h_r').alias('h')).select('id', 'g', 'h', 'x', 'y', 'b')),
  fc.constantFrom('s', 't', 'own').map((source) => (plan: LazyPlan) => concat([plan.select('id', 'g', 'h', 'x', 'y', 'b').cast({ x: 'number', y: 'number', h: 'integer' }), scan(source)])),
  fc.constant((plan: LazyPlan) => plan.withRowIndex('n').withColumns(col('n').cast('number').alias('x')).drop('n')),
  fc.tuple(fc.constantFrom('g', 'h'), argument).map(([by, value]) => (plan: LazyPlan) => plan.groupBy(by, 'id').agg(value.sum().alias('x'), col('y').mean().alias('y'), col('b').first().alias('b'), col(by === 'g' ? 'h' : 'g').first().alias(by === 'g' ? 'h' : 'g')).select('id', 'g', 'h', 'x', 'y', 'b')),
  fc.tuple(fc.constantFrom('g', 'h'), argument).map(([by, value]) => (plan: LazyPlan) => plan.groupBy(by).agg(value.sum().alias('x'), col('y').mean().alias('y'), len().alias('id'), col('b').sum().gt(1).alias('b'), col(by === 'g' ? 'h' : 'g').nUnique().alias('n')).withColumns((by === 'g' ? col('n') : col('n').cast('text')).alias(by === 'g' ? 'h' : 'g')).select('id', 'g', 'h', 'x', 'y', 'b')),
);

const end: fc.Arbitrary<(plan: LazyPlan) => LazyPlan> = fc.oneof(
  { weight: 4, arbitrary: fc.array(aggregate, { minLength: 1, maxLength: 2 }).map((aggs) => (plan: LazyPlan) => plan.select(...aggs.map((agg, index) => agg.alias(`a${index}`)))) },
  { weight: 4, arbitrary: fc.tuple(fc.constantFrom('g', 'h'), aggregate).map(([by, agg]) => (plan: LazyPlan) => plan.groupBy(by).agg(agg.alias('a'))) },
  fc.tuple(fc.constantFrom('g', 'h'), aggregate, threshold).map(([by, agg, than]) => (plan: LazyPlan) => plan.groupBy(by).agg(agg.cast('number').alias('a'), len().alias('n')).filter(col('n').gt(than)).sort('a').head(2)),
  fc.constant((plan: LazyPlan) => plan.cast({ b: 'integer' }).describe()),
  fc.constant((plan: LazyPlan) => plan),
);

const plans: fc.Arbitrary<LazyPlan> = fc.tuple(fc.array(step, { maxLength: 4 }), end).map(([steps, last]) => last(steps.reduce((plan, next) => next(plan), scan('s'))));

/** The units that a released row, or a checkpoint on the way, counted. */
function counted(asked: Asked, dataset: string, row: number | null): Set<string> {
  const carriers = asked.analysis.carriers;
  const units = new Set<string>();
  for (const { index, rows } of asked.run.checked) {
    const release = asked.analysis.checkpoints[index]!.kind === 'release';
    rows.forEach((hidden, at) => {
      if (release && row !== null && at !== row) return;
      for (const [id, set] of hidden.units) if (carriers[id]!.dataset === dataset) for (const unit of set) units.add(carriers[id]!.kind === 'side' || carriers[id]!.kind === 'alike' ? (JSON.parse(unit) as [string, string])[1] : unit);
    });
  }
  return units;
}

const rowText = (row: readonly unknown[]): string => JSON.stringify(row.map((cell) => (typeof cell === 'number' ? Number(cell.toPrecision(9)) : cell)));

function released(plan: LazyPlan, small: SmallTables): Asked | null {
  const asked = ask(plan, sources, small, { minSize: 2, orderStatistics: 'allow' });
  return asked.judgement.released ? asked : null;
}

describe('when a unit goes', () => {
  it('whatever changes in a released answer had counted it', () => {
    let answers = 0;
    fc.assert(fc.property(plans, tables, (plan, small) => {
      const asked = released(plan, small);
      if (asked === null) return;
      answers += 1;
      const before = asked.run.rows.map(rowText);
      for (const dataset of asked.analysis.datasets) {
        for (const unit of new Set(small.get(dataset)!.units)) {
          const after = runReference(asked.plan, removeUnit(small, dataset, unit)).rows.map(rowText);
          const left = [...after];
          before.forEach((row, index) => {
            const at = left.indexOf(row);
            if (at >= 0) left.splice(at, 1);
            else if (!counted(asked, dataset, index).has(unit)) throw new Error(`A row changed for a unit that it did not count: ${printTree(asked.plan)}`);
          });
          if (left.length > 0 && !counted(asked, dataset, null).has(unit)) throw new Error(`A row came for a unit that was not counted: ${printTree(asked.plan)}`);
        }
      }
    }), { numRuns });
    expect(answers).toBeGreaterThan(numRuns / 50);
  });

  it('every single value of a released total moves for nobody, or for as many as the policy asks', () => {
    let answers = 0;
    const totals = fc.tuple(fc.array(step, { maxLength: 3 }), fc.oneof(
      fc.tuple(argument, fc.constantFrom('sum', 'mean', 'var', 'std')).map(([value, how]) => value[how as 'sum']()),
      fc.tuple(plainNumber, innerCondition, fc.constantFrom('sum', 'mean', 'count')).map(([value, where, how]) => value.filter(where)[how as 'sum']()),
      innerCondition.map((where) => where.sum()),
      argument.map((value) => value.count()),
    )).map(([steps, agg]) => steps.reduce((plan, next) => next(plan), scan('s')).select(agg.alias('a')));
    fc.assert(fc.property(totals, tables.map((all) => new Map([...all].map(([name, one]) => [name, name === 'own' ? one : once(one)]))), (plan, small) => {
      const asked = released(plan, small);
      if (asked === null) return;
      answers += 1;
      for (const dataset of asked.analysis.datasets) {
        const units = [...new Set(small.get(dataset)!.units)];
        const moving = units.filter((unit) => rowText(runReference(asked.plan, removeUnit(small, dataset, unit)).rows[0]!) !== rowText(asked.run.rows[0]!));
        if (moving.length === 1) throw new Error(`A released value hangs on a single unit: ${printTree(asked.plan)}`);
      }
    }), { numRuns });
    expect(answers).toBeGreaterThan(numRuns / 50);
  });
});
