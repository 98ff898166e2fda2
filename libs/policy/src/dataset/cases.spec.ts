import { col, concat, len, nullings, scan, type LazyPlan } from '@podnet/plan';
import { judgeQuery, sanitised, type DatasetPolicy, type QueryFacts, type QueryJudgement, type SafeZoneRule } from '../index.ts';
import { aggregation, alice, analysed, bob, factsOf, oneWoman, policyOf, tables } from '../fixtures/queries.ts';

const titanic = scan('titanic');
const byClass = titanic.groupBy('Pclass').agg(col('Survived').mean()).sort('Survived', { descending: true });
const both = concat([scan('men'), scan('women')]).groupBy('Pclass').agg(col('Survived').mean());
const aliceOrCrowd: SafeZoneRule = { rule: 'any-of', of: [{ rule: 'user', user: 'alice' }, aggregation(20)] };
const k = (minSize: number, changes: Partial<DatasetPolicy> = {}): DatasetPolicy => policyOf(aggregation(minSize), changes);

/** Decision, then the checks that failed and were not excused, without what they all begin with. */
function answerOf(judgement: QueryJudgement): string[] {
  return [judgement.decision, ...judgement.checks.filter(({ passed, excused }) => !passed && !excused).map(({ id }) => id.replace('dataset.titanic.safe-zone.', ''))];
}

const judged = (plan: LazyPlan, policy: DatasetPolicy, asker: QueryFacts['asker'] = bob): QueryJudgement => judgeQuery(factsOf(plan, { titanic: policy }, { asker }));

const cases: [id: string, answer: string[], plan: LazyPlan, policy: DatasetPolicy, asker?: QueryFacts['asker']][] = [
  ['T01', ['permit'], byClass, k(10)],
  ['T02 at 184', ['permit'], byClass, k(184, { difference: null })],
  ['T02 at 185', ['deny', 'aggregation', 'aggregation.too-few'], byClass, k(185)],
  ['T03', ['deny', 'aggregation', 'aggregation.too-few'], titanic.groupBy('Age').agg(col('Survived').mean()), k(11)],
  ['T04', ['permit', 'aggregation', 'aggregation.single-rows'], titanic.head(5), k(10, { unsafeHandling: 'log', sanitizedColumns: ['Name'] })],
  ['T05', ['review', 'aggregation', 'aggregation.single-rows'], titanic.head(5), k(10, { unsafeHandling: 'review' })],
  ['T06', ['permit'], titanic.groupBy('Sex').agg(len(), col('Survived').mean()), k(10)],
  ['T07', ['deny', 'aggregation', 'aggregation.too-few'], titanic.groupBy('Embarked').agg(len()), k(10)],
  ['T12 mean', ['permit'], titanic.select(col('Age').mean()), k(10)],
  ['T12 max', ['deny', 'aggregation', 'aggregation.order-statistics', 'aggregation.too-few'], titanic.select(col('Age').max()), k(11)],
  ['T17', ['deny', 'aggregation', 'aggregation.side-too-few'], titanic.select(col('Embarked').isNull().sum()), k(10)],
  ['T22', ['deny', 'aggregation', 'aggregation.too-few'], titanic.filter(col('PassengerId').eq(1)).select(col('Age').mean()), k(10)],
  ['T22 of nobody', ['deny', 'aggregation', 'aggregation.too-few'], titanic.filter(col('PassengerId').eq(0)).select(col('Age').mean()), k(10)],
  ['T42', ['deny', 'aggregation', 'aggregation.too-few', 'aggregation.side-too-few'], titanic.groupBy('Sex').agg(col('Age').filter(col('PassengerId').eq(1)).sum()), k(10)],
  ['T52, Alice\'s head', ['permit'], titanic.head(5), policyOf(aliceOrCrowd), alice],
  ['T52, Bob\'s head', ['deny', 'any-of', 'any-of[0].user', 'any-of[1].aggregation', 'any-of[1].aggregation.single-rows'], titanic.head(5), policyOf(aliceOrCrowd)],
  ['T52, Bob\'s means', ['permit'], byClass, policyOf(aliceOrCrowd)],
];

describe('the cases of one dataset', () => {
  it.each(cases)('%s → %j', (_id, answer, ...asked) => {
    expect(answerOf(judged(...asked))).toEqual(answer);
  });

  it('T04 warns, and nulls the name', () => {
    const policy = k(10, { unsafeHandling: 'log', sanitizedColumns: ['Name'] });
    expect(judged(titanic.head(5), policy)).toMatchObject({ code: 'permitted', handling: 'log', warnings: ['This answer is outside the safe zone of titanic, and its custodian is told so.'] });
    expect(nullings(analysed(titanic.head(5)), sanitised(new Map([['titanic', policy]]))).map(({ column }) => column)).toEqual(['Name']);
  });

  it('T52 names both sub-rules that failed, and what would pass', () => {
    expect(judged(titanic.head(5), policyOf(aliceOrCrowd)).wouldPass).toEqual(['The custodian names you in the policy.', 'Aggregates over groups, or over the whole, instead of rows.']);
  });
});

describe('two datasets', () => {
  it('T39: both crowds pass', () => {
    expect(judgeQuery(factsOf(both, { men: k(10), women: k(10) })).decision).toBe('permit');
  });

  it('T40: one woman is refused for the second source alone', () => {
    const judgement = judgeQuery(factsOf(both, { men: k(10), women: k(10) }, {}, oneWoman));
    expect(judgement.decision).toBe('deny');
    expect(new Set(judgement.checks.filter(({ passed }) => !passed).map(({ dataset }) => dataset))).toEqual(new Set(['women']));
  });

  const handled: [men: DatasetPolicy['unsafeHandling'], women: DatasetPolicy['unsafeHandling'], decision: string][] = [
    ['log', 'log', 'permit'], ['log', 'review', 'review'], ['review', 'log', 'review'], ['log', 'reject', 'deny'], ['reject', 'review', 'deny'], ['review', 'review', 'review'],
  ];
  it.each(handled)('handled by %s and %s: %s, with the reasons of each', (men, women, decision) => {
    const judgement = judgeQuery(factsOf(both, { men: k(500, { unsafeHandling: men }), women: k(500, { unsafeHandling: women }) }));
    expect(judgement.decision).toBe(decision);
    expect(judgement.warnings).toHaveLength(2);
    expect(new Set(judgement.checks.filter(({ passed }) => !passed).map(({ dataset }) => dataset))).toEqual(new Set(['men', 'women']));
  });

  it('are strict only by those that failed', () => {
    expect(judgeQuery(factsOf(both, { men: k(10, { unsafeHandling: 'reject' }), women: k(10, { unsafeHandling: 'log' }) }, {}, oneWoman)).decision).toBe('permit');
  });

  it('are closed when the policy of one is not known', () => {
    expect(judgeQuery(factsOf(both, { men: k(10) }, {}, tables))).toMatchObject({ decision: 'deny', code: 'policy.denied', handling: 'reject' });
  });
});
