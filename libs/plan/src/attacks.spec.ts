import type { Expr } from './builder/expr.ts';
import { col, len } from './builder/functions.ts';
import { scan, type LazyPlan } from './builder/lazy-plan.ts';
import { ask } from './fixtures/ask.ts';
import { attackSources, attackTables, attacks, people, type Verdict } from './fixtures/attacks.ts';
import type { ReleasedSet } from './reference/judge.ts';

describe.each(attacks)('%s', (_group, rows) => {
  it.each(rows)('%s', (_attack, plan, verdict, sources = attackSources) => {
    const { judgement, analysis } = ask(plan, sources, attackTables, { minSize: 5 });
    const reasons = [...analysis.refusals.map(({ rule }) => rule as Verdict), ...judgement.failures.map(({ why }) => why as Verdict)];
    if (verdict === 'released') expect(reasons).toEqual([]);
    else expect(reasons).toContain(verdict);
    expect(judgement.released).toBe(verdict === 'released');
  });
});

describe('the difference rule', () => {
  const whole: ReleasedSet = { dataset: 'people', feature: 'people', units: new Set(people.units) };
  const after = (first: LazyPlan, second: LazyPlan): boolean => {
    const released = [whole, ...ask(first, attackSources, attackTables, { minSize: 5, released: [whole] }).judgement.sets];
    return ask(second, attackSources, attackTables, { minSize: 5, released }).judgement.released;
  };
  const p = scan('people');
  const some = (expression: Expr): LazyPlan => p.select(expression.alias('answer'));
  const young = p.filter(col('age').lt(40));

  it.each<[string, LazyPlan, LazyPlan, boolean]>([
    ['the same twice', young.select(col('salary').sum()), young.select(col('age').sum()), true],
    ['all but one', young.select(len()), young.filter(col('id').neq(7)).select(len()), false],
    ['all but one, as a side of a condition', young.select(len()), some(col('salary').filter(col('age').lt(40).and(col('id').neq(7))).sum()), false],
    ['everybody but one', young.select(len()), p.filter(col('id').neq(7)).select(len()), false],
    ['another crowd', young.select(len()), p.filter(col('age').gtEq(30)).select(len()), true],
    ['one group but one', p.dropNulls('ward').filter(col('ward').neq('c')).groupBy('ward').len(), p.filter(col('ward').eq('a').and(col('id').neq(7))).select(len()), false],
  ])('%s', (_name, first, second, released) => {
    expect(after(first, second)).toBe(released);
  });

  it('two aggregates of one answer are two answers', () => {
    const both = p.select(col('salary').filter(col('age').lt(40)).sum().alias('a'), col('salary').filter(col('age').lt(40).and(col('id').neq(7))).sum().alias('b'));
    expect(ask(both, attackSources, attackTables, { minSize: 5, released: [whole] }).judgement.failures.map(({ why }) => why)).toContain('difference');
  });
});
