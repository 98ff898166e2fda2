import { analysePlan, col, parsePlan, scan, type Analysis, type LazyPlan, type Measurement, type Sources, type UnitCount } from '@podnet/plan';
import type { DatasetPolicy, SafeZoneRule } from './dataset-policy.ts';
import { defaultDatasetPolicy } from './dataset-policy.ts';
import { judgeQuery } from './judge-query.ts';
import type { QueryFacts, QueryJudgement } from './query-judgement.ts';
import { queryNeeds } from './query-needs.ts';

const columns = [['PassengerId', 'integer'], ['Survived', 'integer'], ['Pclass', 'integer'], ['Name', 'text'], ['Sex', 'text'], ['Age', 'number'], ['Fare', 'number'], ['Ticket', 'text']] as const;
const titanic = { kind: 'dataset', unit: 'PassengerId', columns: columns.map(([name, type]) => ({ name, type })) } as const;
const sources: Sources = new Map([['men', titanic], ['titanic', titanic], ['women', titanic]]);
const analysed = (plan: LazyPlan): Analysis => analysePlan(parsePlan(plan.toJson(), sources));

const rates = analysed(scan('titanic').groupBy('Pclass').agg(col('Survived').mean()).sort('Survived', { descending: true }));
const head = analysed(scan('titanic').head(5));
const ages = analysed(scan('titanic').select(col('Age').mean().alias('mean'), col('Age').max().alias('max')));
const both = analysed(scan('titanic').join(scan('women'), { on: 'Pclass' }).groupBy('Pclass').agg(col('Fare').sum()));

const exactly = (units: number): UnitCount => ({ units, atLeast: false });
/** What an executor would have counted: so many units behind everything, or as `of` says for a dataset. */
function measured(analysis: Analysis, units: number, of: Record<string, number> = {}, rest: Partial<Measurement> = {}): Measurement {
  const count = (carrier: number): UnitCount => exactly(of[analysis.carriers[carrier]!.dataset] ?? units);
  return {
    checkpoints: analysis.checkpoints.map(({ demands }) => ({ demands: demands.map(({ carrier, demand }) => ({ smallest: count(carrier), total: demand === 'every' ? count(carrier) : null })) })),
    rows: 3, droppedGroups: 0, sets: [], differences: [], dominated: [], homogeneous: [], ...rest,
  };
}

const reject = (safeZone: SafeZoneRule, rest: Partial<DatasetPolicy> = {}): DatasetPolicy => ({ ...defaultDatasetPolicy, safeZone, unsafeHandling: 'reject', ...rest });
const counts = (minSize: number): SafeZoneRule => ({ rule: 'aggregation', minSize });

function judge(analysis: Analysis, policy: DatasetPolicy | Record<string, DatasetPolicy>, rest: Partial<QueryFacts> = {}): QueryJudgement {
  const policies = new Map('safeZone' in policy ? [['titanic', policy as DatasetPolicy]] : Object.entries(policy as Record<string, DatasetPolicy>));
  return judgeQuery({ now: Date.UTC(2026, 0, 1), asker: { userId: 'acc_bob', email: 'bob@example.org', role: 'general-modeller', isCustodian: false }, policies, answered: new Map(), analysis, measurement: null, ...rest });
}
const failed = ({ checks }: QueryJudgement): string[] => checks.filter(({ passed }) => !passed).map(({ id }) => id);

describe('counting', () => {
  it('is inclusive: a group as large as the limit passes, a smaller one does not (T02)', () => {
    const measurement = measured(rates, 184);
    expect(judge(rates, reject(counts(184)), { measurement })).toMatchObject({ decision: 'permit', code: 'permitted', handling: null, warnings: [] });
    const refused = judge(rates, reject(counts(185)), { measurement });
    expect(refused).toMatchObject({ decision: 'deny', code: 'policy.denied', handling: 'reject' });
    expect(failed(refused)).toEqual(expect.arrayContaining(['dataset.titanic.safe-zone.aggregation']));
  });

  it('says where and by which limit, and never how many it found; nobody and somebody look alike', () => {
    const [none, one, nine] = [0, 1, 9].map((units) => JSON.stringify(judge(rates, reject(counts(10)), { measurement: measured(rates, units) })));
    expect(none).toBe(nine);
    expect(one).toBe(nine);
    const { checks } = judge(rates, reject(counts(10)), { measurement: measured(rates, 9) });
    expect(checks.every(({ at, says, wouldPass }) => at?.startsWith('$') && says.includes('10') && wouldPass?.includes('10'))).toBe(true);
    expect(nine).not.toMatch(/\b9\b/);
  });

  it('refuses what was not counted', () => {
    const measurement = { ...measured(rates, 500), checkpoints: [] };
    expect(judge(rates, reject(counts(2)), { measurement }).decision).toBe('deny');
  });

  it('needs somebody behind the whole answer too: an empty one is refused', () => {
    const whole = measured(rates, 500);
    const empty: Measurement = { ...whole, rows: 0, checkpoints: whole.checkpoints.map(({ demands }) => ({ demands: demands.map(({ total }) => ({ smallest: null, total: total && exactly(0) })) })) };
    expect(judge(rates, reject(counts(2)), { measurement: empty }).decision).toBe('deny');
  });

  it('knows rows of single units before anything runs, and leaves the rest to the counting', () => {
    expect(judge(head, reject(counts(10)))).toMatchObject({ decision: 'deny', checks: [{ at: '$', says: 'Rows of the answer stand for one privacy unit each.' }] });
    const dry = judge(rates, reject(counts(10)));
    expect(dry).toMatchObject({ decision: 'permit', checks: [{ passed: true }] });
    expect(dry.checks[0]!.says).toContain('is counted when the query runs');
  });

  it('refuses order statistics unless the policy allows them (T12)', () => {
    const measurement = measured(ages, 700);
    expect(judge(ages, reject(counts(10)), { measurement }).checks.filter(({ passed }) => !passed)).toMatchObject([{ says: expect.stringContaining('order statistic'), at: expect.stringContaining('$') }]);
    expect(judge(ages, reject(counts(10), { orderStatistics: 'allow' }), { measurement }).decision).toBe('permit');
  });

  it.each<[string, Partial<Measurement>, Partial<DatasetPolicy>]>([
    ['a difference to earlier answers', { differences: [{ dataset: 'titanic', feature: 'people', distance: 1 }] }, { difference: { minSize: 10 } }],
    ['a sum that few dominate', { dominated: [{ dataset: 'titanic', column: 'Fare' }] }, { dominance: { top: 1, percent: 85 } }],
    ['a group that is all alike', { homogeneous: [{ dataset: 'titanic', column: 'Survived' }] }, { homogeneity: 'refuse' }],
  ])('looks at %s', (_, found, policy) => {
    const measurement = measured(rates, 500, {}, found);
    expect(judge(rates, reject(counts(10), policy), { measurement }).decision).toBe('deny');
    expect(judge(rates, reject({ rule: 'always' }, policy), { measurement }).decision).toBe('permit');
    expect(judge(rates, reject(counts(10), { difference: null, dominance: null, homogeneity: 'allow' }), { measurement }).decision).toBe('permit');
  });

  it('is of each source: men by 10 and women by one do not make a crowd (T39, T40)', () => {
    const policies = { titanic: reject(counts(10)), women: reject(counts(10)) };
    expect(judge(both, policies, { measurement: measured(both, 90) }).decision).toBe('permit');
    const refused = judge(both, policies, { measurement: measured(both, 90, { women: 1 }) });
    expect(refused.decision).toBe('deny');
    expect(new Set(refused.checks.filter(({ passed }) => !passed).map(({ dataset }) => dataset))).toEqual(new Set(['women']));
  });
});

describe('the default policy', () => {
  it('lets Super Modellers and the custodian pass, and others wait (T05)', () => {
    const measurement = measured(head, 1);
    expect(judge(head, defaultDatasetPolicy, { measurement })).toMatchObject({ decision: 'review', code: 'policy.review', handling: 'review' });
    expect(judge(head, defaultDatasetPolicy, { measurement, asker: { userId: 'acc_s', email: 's@example.org', role: 'super-modeller', isCustodian: false } }).decision).toBe('permit');
    expect(judge(head, defaultDatasetPolicy, { measurement, asker: { userId: 'acc_c', email: 'c@example.org', role: 'viewer', isCustodian: true } }).decision).toBe('permit');
  });
});

describe('handling', () => {
  it('log releases with a warning (T04)', () => {
    expect(judge(head, { ...reject(counts(10)), unsafeHandling: 'log' }, { measurement: measured(head, 1) })).toMatchObject({ decision: 'permit', code: 'permitted', handling: 'log', warnings: [expect.stringContaining('titanic')] });
  });

  it('is the strictest of the datasets that failed, and says the reasons of each', () => {
    const policies = { titanic: { ...reject(counts(10)), unsafeHandling: 'log' as const }, women: { ...reject(counts(10)), unsafeHandling: 'review' as const }, men: reject({ rule: 'never' }) };
    const judged = judge(both, { titanic: policies.titanic, women: policies.women }, { measurement: measured(both, 1) });
    expect(judged.decision).toBe('review');
    expect(new Set(judged.checks.map(({ dataset }) => dataset))).toEqual(new Set(['titanic', 'women']));
    // One that passed has no say in it.
    expect(judge(both, policies, { measurement: measured(both, 1) }).decision).toBe('deny');
    expect(judge(both, { titanic: policies.titanic, women: reject({ rule: 'always' }) }, { measurement: measured(both, 1) }).decision).toBe('permit');
  });

  it('of a dataset whose policy is not known is a refusal', () => {
    expect(judge(both, { titanic: reject({ rule: 'always' }) }, { measurement: measured(both, 900) }).decision).toBe('deny');
    expect(judge(rates, {}, { measurement: measured(rates, 900) }).decision).toBe('deny');
  });

  it('does not soften a limit of queries', () => {
    const policy = { ...reject({ rule: 'always' }, { queriesPerDay: 2 }), unsafeHandling: 'log' as const };
    expect(judge(rates, policy, { answered: new Map([['titanic', 1]]) }).decision).toBe('permit');
    const over = judge(rates, policy, { answered: new Map([['titanic', 2]]) });
    expect([over.decision, failed(over)]).toEqual(['deny', ['dataset.titanic.queries']]);
  });
});

describe('rules', () => {
  const bob = { userId: 'acc_bob', email: 'bob@example.org', role: 'general-modeller', isCustodian: false } as const;
  it.each<[string, SafeZoneRule, boolean, Partial<QueryFacts>?]>([
    ['always', { rule: 'always' }, true],
    ['never', { rule: 'never' }, false],
    ['user by e-mail, in any case', { rule: 'user', user: 'Bob@Example.org' }, true],
    ['user by account', { rule: 'user', user: 'acc_bob' }, true],
    ['another user', { rule: 'user', user: 'alice@example.org' }, false],
    ['the same role', { rule: 'role', role: 'general-modeller' }, true],
    ['a weaker role', { rule: 'role', role: 'viewer' }, true],
    ['a stronger role', { rule: 'role', role: 'super-modeller' }, false],
    ['until later', { rule: 'until', at: Date.UTC(2026, 0, 2) }, true],
    ['until now', { rule: 'until', at: Date.UTC(2026, 0, 1) }, false],
    ['fewer queries', { rule: 'queries', perDay: 3 }, true, { answered: new Map([['titanic', 2]]) }],
    ['as many queries', { rule: 'queries', perDay: 3 }, false, { answered: new Map([['titanic', 3]]) }],
    ['columns allowed', { rule: 'columns', allow: ['Pclass', 'Survived'], deny: [] }, true],
    ['columns not all allowed', { rule: 'columns', allow: ['Pclass'], deny: [] }, false],
    ['columns denied', { rule: 'columns', allow: null, deny: ['Survived'] }, false],
    ['other columns denied', { rule: 'columns', allow: null, deny: ['Name'] }, true],
    ['all of two, one fails', { rule: 'all-of', of: [{ rule: 'always' }, { rule: 'never' }] }, false],
    ['any of two, one passes', { rule: 'any-of', of: [{ rule: 'never' }, { rule: 'always' }] }, true],
    ['two of three', { rule: 'at-least', n: 2, of: [{ rule: 'never' }, { rule: 'always' }, { rule: 'always' }] }, true],
    ['three of three', { rule: 'at-least', n: 3, of: [{ rule: 'never' }, { rule: 'always' }, { rule: 'always' }] }, false],
  ])('%s: %j → %s', (_, safeZone, passes, facts = {}) => {
    const judged = judge(rates, reject(safeZone), { measurement: measured(rates, 500), asker: bob, ...facts });
    expect(judged.decision).toBe(passes ? 'permit' : 'deny');
    // Who passes sees nothing crossed out; who does not sees why, and what would pass.
    if (passes) expect(failed(judged)).toEqual([]);
    else expect([failed(judged).length > 0, judged.wouldPass.length > 0]).toEqual([true, true]);
  });

  it('names both sub-rules that failed (T52)', () => {
    const policy = reject({ rule: 'any-of', of: [{ rule: 'user', user: 'alice@example.org' }, counts(20)] });
    const alice = { userId: 'acc_alice', email: 'alice@example.org', role: 'general-modeller', isCustodian: false } as const;
    expect(judge(head, policy, { measurement: measured(head, 1), asker: alice }).decision).toBe('permit');
    expect(failed(judge(head, policy, { measurement: measured(head, 1), asker: bob }))).toEqual(['dataset.titanic.safe-zone', 'dataset.titanic.safe-zone.any-of[0].user', 'dataset.titanic.safe-zone.any-of[1].aggregation']);
    expect(judge(rates, policy, { measurement: measured(rates, 184), asker: bob }).decision).toBe('permit');
  });

  it('do not tell who else is let through', () => {
    expect(JSON.stringify(judge(head, reject({ rule: 'user', user: 'alice@example.org' })))).not.toContain('alice');
  });

  it('look at columns by lineage: by whatever name, and where they only decide', () => {
    const denied = (plan: LazyPlan): boolean => judge(analysed(plan), reject({ rule: 'columns', allow: null, deny: ['Name'] })).decision === 'deny';
    expect(denied(scan('titanic').select(col('Name').str.toUpperCase().alias('Age')))).toBe(true);
    expect(denied(scan('titanic').filter(col('Name').eq('x')).select(col('Fare').sum()))).toBe(true);
    expect(denied(scan('titanic').sort('Name').select('Fare'))).toBe(true);
    expect(denied(scan('titanic').select(col('Fare').sum().alias('Name')))).toBe(false);
  });
});

describe('what has to be counted', () => {
  const asking = (policy: DatasetPolicy, role: 'general-modeller' | 'super-modeller' = 'general-modeller') =>
    queryNeeds({ now: 0, asker: { userId: 'a', email: 'a@example.org', role, isCustodian: false }, policies: new Map([['titanic', policy]]), answered: new Map(), analysis: rates });
  const careful: DatasetPolicy = { ...defaultDatasetPolicy, smallGroups: 'suppress', dominance: { top: 1, percent: 85 }, homogeneity: 'refuse', rounding: { counts: 5, sums: 3 } };

  it('is up to the largest threshold, for everybody', () => {
    expect(asking({ ...careful, safeZone: { rule: 'any-of', of: [counts(20), { rule: 'all-of', of: [counts(50), { rule: 'always' }] }] } }).thresholds.get('titanic')).toBe(50);
    expect(asking({ ...careful, safeZone: { rule: 'always' } }).thresholds.get('titanic')).toBe(1);
  });

  it('comes with everything that belongs to counting, for whom counting decides', () => {
    expect(asking(careful)).toMatchObject({ suppress: new Map([['titanic', 10]]), difference: new Map([['titanic', 10]]), dominance: new Map([['titanic', { top: 1, percent: 85 }]]), homogeneity: new Set(['titanic']), rounding: { counts: 5, sums: 3 } });
    expect(asking(careful, 'super-modeller')).toMatchObject({ suppress: new Map(), difference: new Map(), dominance: new Map(), homogeneity: new Set(), rounding: null });
  });
});
