import { col, len, scan, when, type LazyPlan, type Measurement } from '@podnet/plan';
import { aggregation, alice, analysed, bob, factsOf, measured, noon, nothingMeasured, policyOf } from '../../fixtures/queries.ts';
import { judgeQuery, type DatasetPolicy, type QueryCheck, type QueryFacts, type SafeZoneRule } from '../../index.ts';
import { ruleNames } from './registry.ts';

const titanic = scan('titanic');
const byClass = titanic.groupBy('Pclass').agg(len(), col('Survived').mean());
const analysis = analysed(byClass);
/** As if counted: 200 units behind everything. */
const good: Measurement = { ...nothingMeasured, checkpoints: analysis.checkpoints.map(({ demands }) => ({ demands: demands.map(() => ({ smallest: { units: 200, atLeast: true }, total: { units: 800, atLeast: false } })) })) };

const looked = (safeZone: SafeZoneRule, changes: Partial<QueryFacts> = {}, policy: Partial<DatasetPolicy> = {}): QueryCheck[] =>
  judgeQuery({ now: noon, asker: bob, policies: new Map([['titanic', policyOf(safeZone, policy)]]), answered: new Map(), analysis, measurement: good, ...changes }).checks.filter(({ id }) => id.includes('.safe-zone.'));

const as = (changes: Partial<QueryFacts['asker']>): Partial<QueryFacts> => ({ asker: { ...bob, ...changes } });
const answered = (count: number): Partial<QueryFacts> => ({ answered: new Map([['titanic', count]]) });
const [yes, no]: [SafeZoneRule, SafeZoneRule] = [{ rule: 'always' }, { rule: 'never' }];
const columns = (allow: string[] | null, deny: string[] = []): SafeZoneRule => ({ rule: 'columns', allow, deny });

const rows: [passes: boolean, what: string, rule: SafeZoneRule, facts?: Partial<QueryFacts>][] = [
  [true, 'a crowd of exactly that size', aggregation(200)],
  [false, 'a crowd of one less', aggregation(201)],
  [true, 'the person by account', { rule: 'user', user: 'bob' }],
  [true, 'the person by e-mail', { rule: 'user', user: 'bob@example.org' }],
  [false, 'another person', { rule: 'user', user: 'alice' }],
  [false, 'an account that calls itself like an address', { rule: 'user', user: 'alice@example.org' }, as({ userId: 'alice@example.org' })],
  [false, 'an address that reads like an account', { rule: 'user', user: 'alice' }, as({ email: 'alice' })],
  [false, 'an address in other letters', { rule: 'user', user: 'Bob@example.org' }],
  [false, 'nobody in particular', { rule: 'user', user: '' }, as({ userId: '' })],
  [true, 'the role', { rule: 'role', role: 'general-modeller' }],
  [true, 'a stronger role', { rule: 'role', role: 'metrics-only' }],
  [false, 'a weaker role', { rule: 'role', role: 'super-modeller' }],
  [true, 'the custodian, who counts as Super Modeller', { rule: 'role', role: 'super-modeller' }, as({ isCustodian: true, role: 'viewer' })],
  [false, 'what only looks like a custodian', { rule: 'role', role: 'super-modeller' }, as({ isCustodian: 'true' as never })],
  [false, 'a role that is none', { rule: 'role', role: 'viewer' }, as({ role: 'owner' as never })],
  [false, 'a rule of a role that is none', { rule: 'role', role: 'owner' as never }, as({ role: 'super-modeller' })],
  [true, 'anybody', yes],
  [false, 'nobody', no],
  [true, 'columns that are allowed', columns(['Pclass', 'Survived'])],
  [false, 'a column beyond those', columns(['Pclass'])],
  [true, 'columns that are not denied', columns(null, ['Name'])],
  [false, 'a key that is denied', columns(null, ['Pclass'])],
  [true, 'the millisecond before', { rule: 'until', at: noon + 1 }],
  [false, 'the instant itself', { rule: 'until', at: noon }],
  [false, 'a clock that is none', { rule: 'until', at: noon + 1 }, { now: NaN }],
  [false, 'a date that is none', { rule: 'until', at: NaN }],
  [true, 'the last query of the day', { rule: 'queries', perDay: 3 }, answered(2)],
  [false, 'one more', { rule: 'queries', perDay: 3 }, answered(3)],
  [false, 'an account that is none', { rule: 'queries', perDay: 3 }, answered(NaN)],
  [true, 'all of them', { rule: 'all-of', of: [yes, yes] }],
  [false, 'all but one', { rule: 'all-of', of: [yes, no] }],
  [false, 'all of none', { rule: 'all-of', of: [] }],
  [true, 'one of them', { rule: 'any-of', of: [no, yes] }],
  [false, 'none of them', { rule: 'any-of', of: [no, no] }],
  [false, 'any of none', { rule: 'any-of', of: [] }],
  [true, 'two of three', { rule: 'at-least', n: 2, of: [yes, no, yes] }],
  [false, 'one of three', { rule: 'at-least', n: 2, of: [no, no, yes] }],
  [false, 'at least none', { rule: 'at-least', n: 0, of: [no] }],
  [false, 'at least no number', { rule: 'at-least', n: NaN, of: [yes] }],
  [false, 'a rule that nobody knows', { rule: '__proto__' } as never],
];

describe('a rule of a safe zone', () => {
  it.each(rows)('%j for %s', (passes, _what, ...asked) => {
    expect(looked(...asked)[0]!.passed).toBe(passes);
  });

  it.each(ruleNames)('%s has a row that passes and one that does not', (name) => {
    const seen = rows.filter(([, , rule]) => rule.rule === name).map(([passes]) => passes);
    expect(new Set(seen)).toEqual(name === 'always' ? new Set([true]) : name === 'never' ? new Set([false]) : new Set([true, false]));
  });

  it('that failed says what would pass, without naming other people', () => {
    for (const [passes, , ...asked] of rows) {
      if (passes || 'of' in asked[0]) continue;
      const [check, ...findings] = looked(...asked);
      expect([check!.wouldPass, ...findings.map(({ wouldPass }) => wouldPass)].filter((hint) => hint !== undefined).length).toBeGreaterThan(0);
      expect(JSON.stringify(check)).not.toContain('alice');
    }
  });
});

describe('groups', () => {
  const tree: SafeZoneRule = { rule: 'any-of', of: [{ rule: 'user', user: 'alice' }, { rule: 'all-of', of: [yes, { rule: 'at-least', n: 1, of: [no, aggregation(10)] }] }] };

  it('show every rule below them, and excuse what failed where they passed', () => {
    expect(looked(tree).map(({ id, passed, excused }) => `${passed ? '✓' : excused ? '–' : '✗'} ${id.replace('dataset.titanic.safe-zone.', '')}`)).toEqual([
      '✓ any-of', '– any-of[0].user', '✓ any-of[1].all-of', '✓ any-of[1].all-of[0].always', '✓ any-of[1].all-of[1].at-least', '– any-of[1].all-of[1].at-least[0].never', '✓ any-of[1].all-of[1].at-least[1].aggregation',
    ]);
  });

  it('blame every rule where they failed, but not below a group that passed', () => {
    const failing: SafeZoneRule = { rule: 'all-of', of: [tree, no] };
    expect(looked(failing).filter(({ passed, excused }) => !passed && !excused).map(({ id }) => id.replace('dataset.titanic.safe-zone.', ''))).toEqual(['all-of', 'all-of[1].never']);
  });
});

describe('columns, by lineage', () => {
  const used: [road: string, plan: LazyPlan][] = [
    ['its values', titanic.groupBy('Pclass').agg(col('Age').mean())],
    ['an alias', titanic.groupBy('Pclass').agg(col('Age').mean().alias('x'))],
    ['a rename', titanic.rename({ Age: 'x' }).groupBy('Pclass').agg(col('x').sum())],
    ['a filter', titanic.filter(col('Age').gt(30)).select(len())],
    ['a condition inside an aggregate', titanic.groupBy('Sex').agg(when(col('Age').gt(30)).then(1).otherwise(0).sum())],
    ['a count of what is not missing', titanic.select(col('Age').count())],
    ['a key that is dropped', titanic.groupBy('Age').agg(len().alias('n')).select('n')],
    ['an order', titanic.sort('Age').select('Sex').head(20)],
    ['a HAVING', titanic.groupBy('Sex').agg(col('Age').mean()).filter(col('Age').gt(20)).select('Sex')],
    ['dropped nulls', titanic.dropNulls('Age').select(len())],
    ['a join', titanic.join(titanic, { on: 'Age' }).groupBy('Pclass').agg(len())],
    ['a window', titanic.select(col('Survived').mean().over('Age').alias('w'))],
    ['a count of different values', titanic.select(col('Age').nUnique())],
    ['a stack', titanic.select('Sex', 'Age').unpivot(['Sex'], ['Age']).groupBy('Sex').agg(col('value').mean())],
  ];

  it.each(used)('deny what is used by %s, to a Super Modeller too', (_road, plan) => {
    const zone: SafeZoneRule = { rule: 'any-of', of: [{ rule: 'role', role: 'super-modeller' }, columns(null, ['Age'])] };
    const { decision, checks } = judgeQuery(factsOf(plan, { titanic: policyOf(zone) }, { asker: { ...alice, role: 'super-modeller' } }));
    expect(decision).toBe('deny');
    expect(checks.find(({ id }) => id === 'dataset.titanic.columns')).toMatchObject({ passed: false, says: 'The answer depends on Age, which the policy of titanic denies to everybody.' });
  });

  it('let pass what does not use it', () => {
    expect(judgeQuery(factsOf(byClass, { titanic: policyOf(columns(null, ['Age'])) })).decision).toBe('permit');
  });
});

describe('a crowd', () => {
  const found = (changes: Partial<Measurement>, policy: Partial<DatasetPolicy> = {}, rule = aggregation(10)): string[] =>
    looked(rule, { measurement: { ...good, ...changes } }, policy).slice(1).map(({ id }) => id.replace(/^.*\.aggregation\./, ''));
  const counted = (smallest: number | null, total: number | null, atLeast = false): Partial<Measurement> =>
    ({ checkpoints: good.checkpoints.map(({ demands }) => ({ demands: demands.map(() => ({ smallest: smallest === null ? null : { units: smallest, atLeast }, total: total === null ? null : { units: total, atLeast: false } })) })) });
  const miss = (distance: number | null, dataset = 'titanic'): Partial<Measurement> => ({ differences: [{ dataset, feature: 'people', distance }] });
  const told = [{ dataset: 'titanic', column: 'Fare' }];

  const table: [found: string[], what: string, measured: Partial<Measurement>, policy?: Partial<DatasetPolicy>][] = [
    [[], 'enough', counted(10, 30)],
    [['too-few'], 'a small group', counted(9, 30)],
    [['too-few'], 'an empty group', counted(0, 30)],
    [['too-few'], 'an empty answer', counted(null, 0)],
    [['too-few'], 'totals that nobody counted', counted(20, null)],
    [['too-few'], 'a bound that does not clear it', counted(9, 30, true)],
    [['too-few'], 'no number', counted(NaN, 30)],
    [['too-few'], 'nothing counted at all', { checkpoints: [] }],
    [['too-few'], 'fewer demands than there are', { checkpoints: [{ demands: [] }] }],
    [['difference'], 'a near answer', miss(9)],
    [[], 'a far one', miss(10)],
    [['difference'], 'one that cannot be compared', miss(null)],
    [['difference'], 'a distance that is no number', miss(NaN)],
    [[], 'a near answer, where nobody minds', miss(1), { difference: null }],
    [[], 'a near answer about others', miss(1, 'women')],
    [['dominance'], 'a sum of one', { dominated: told }, { dominance: { top: 1, percent: 85 } }],
    [[], 'a sum of one, where nobody minds', { dominated: told }],
    [['homogeneity'], 'a group all alike', { homogeneous: told }, { homogeneity: 'refuse' }],
    [[], 'a group all alike, where nobody minds', { homogeneous: told }],
    [['too-few', 'difference', 'dominance', 'homogeneity'], 'everything at once', { ...counted(1, 1), ...miss(1), dominated: told, homogeneous: told }, { dominance: { top: 1, percent: 85 }, homogeneity: 'refuse' }],
  ];
  it.each(table)('finds %j in %s', (expected, _what, ...asked) => {
    expect(found(...asked)).toEqual(expected);
  });

  it('says the same of every size below the threshold', () => {
    const said = [0, 1, 2, 5, 9].map((size) => looked(aggregation(10), { measurement: { ...good, ...counted(size, 30) } }));
    for (const checks of said) expect(checks).toEqual(said[0]);
    expect(JSON.stringify(said[0])).not.toMatch(/\b(0|1|2|5|9|30)\b/);
  });

  it('lets those pass who pass by another way, whatever it found', () => {
    const bad: Measurement = { ...good, ...counted(1, 1), ...miss(1) } as Measurement;
    for (const other of [{ rule: 'user', user: 'bob' }, yes] as SafeZoneRule[]) expect(looked({ rule: 'any-of', of: [other, aggregation(10)] }, { measurement: bad })[0]!.passed).toBe(true);
  });

  it('takes what the plan alone refuses before anything ran, and says what is still to be counted', () => {
    const dry = (plan: LazyPlan, policy: Partial<DatasetPolicy> = {}) => judgeQuery(factsOf(plan, { titanic: policyOf(aggregation(10), policy) }, { measurement: null }));
    expect(dry(byClass)).toMatchObject({ decision: 'permit', checks: [{ passed: true, says: 'Whether everything in the answer is of at least 10 privacy units of titanic is counted when the query runs.' }] });
    expect(dry(titanic.head(5)).decision).toBe('deny');
    expect(dry(titanic.groupBy('Sex').agg(col('Age').max())).decision).toBe('deny');
    expect(dry(titanic.groupBy('Sex').agg(col('Age').max()), { orderStatistics: 'allow' }).decision).toBe('permit');
    expect(dry(titanic.groupBy('Pclass').agg(col('Age').pow(3).sum())).checks.at(-1)).toMatchObject({ id: 'dataset.titanic.safe-zone.aggregation.degree', passed: false, at: expect.stringContaining('$') });
  });

  it('names the first place of many conditions, and nothing of the others', () => {
    const each = (ids: number[]) => titanic.groupBy('Sex').agg(...ids.map((id) => when(col('PassengerId').eq(id)).then(1).otherwise(0).sum().alias(`c${id}`)));
    const places = (ids: number[]) => judgeQuery(factsOf(each(ids), { titanic: policyOf(aggregation(10)) })).checks.filter(({ id }) => id.endsWith('too-few')).map(({ at }) => at);
    expect(places([1])).toHaveLength(1);
    expect(places([1, 2, 3])).toEqual(places([1, 9_999, 9_998]));
  });

  it('is not there where the analysis counts nobody', () => {
    const silent = { ...measured(byClass).analysis, checkpoints: [] };
    expect(looked(aggregation(10), { analysis: silent }).at(-1)).toMatchObject({ id: 'dataset.titanic.safe-zone.aggregation.uncounted', passed: false });
  });
});

describe('the limit of queries beside the safe zone', () => {
  it.each<[number, DatasetPolicy['unsafeHandling'], string]>([[2, 'log', 'permit'], [3, 'log', 'deny'], [3, 'review', 'deny'], [3, 'reject', 'deny']])('%i answered, handled by %s: %s, also for a custodian', (count, unsafeHandling, decision) => {
    const policy = policyOf(yes, { queriesPerDay: 3, unsafeHandling });
    expect(judgeQuery({ ...factsOf(byClass, { titanic: policy }), ...answered(count), asker: { ...bob, isCustodian: true } })).toMatchObject({ decision, code: decision === 'deny' ? 'policy.denied' : 'permitted' });
  });
});
