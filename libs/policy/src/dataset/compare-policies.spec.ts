import { analysePlan, col, parsePlan, scan, type Sources } from '@podnet/plan';
import fc from 'fast-check';
import { comparePolicies } from './compare-policies.ts';
import { defaultDatasetPolicy, type DatasetPolicy, type SafeZoneRule } from './dataset-policy.ts';
import { judgeQuery } from './judge-query.ts';
import { policyLines } from './policy-lines.ts';
import type { QueryFacts } from './query-judgement.ts';

const leaf: fc.Arbitrary<SafeZoneRule> = fc.oneof(
  fc.constantFrom<SafeZoneRule>({ rule: 'always' }, { rule: 'never' }, { rule: 'user', user: 'a@example.org' }, { rule: 'user', user: 'acc_b' }),
  fc.record({ rule: fc.constant('aggregation' as const), minSize: fc.integer({ min: 1, max: 5 }) }),
  fc.record({ rule: fc.constant('role' as const), role: fc.constantFrom('super-modeller', 'general-modeller', 'viewer') }),
  fc.record({ rule: fc.constant('until' as const), at: fc.integer({ min: 0, max: 3 }) }),
  fc.record({ rule: fc.constant('queries' as const), perDay: fc.integer({ min: 1, max: 3 }) }),
  fc.record({ rule: fc.constant('columns' as const), allow: fc.option(fc.subarray(['k', 'v', 'w'], { minLength: 1 })), deny: fc.subarray(['k', 'v', 'w']) }),
);
const { rule } = fc.letrec<{ rule: SafeZoneRule }>((tie) => {
  const some = fc.array(tie('rule'), { minLength: 1, maxLength: 3 });
  return {
    rule: fc.oneof(
      { depthSize: 'small', maxDepth: 3 },
      leaf,
      fc.record({ rule: fc.constantFrom('all-of' as const, 'any-of' as const), of: some }),
      some.chain((of) => fc.record({ rule: fc.constant('at-least' as const), n: fc.integer({ min: 1, max: of.length }), of: fc.constant(of) })),
    ),
  };
});

const policy: fc.Arbitrary<DatasetPolicy> = fc.record({
  privacyUnit: fc.constantFrom(null, 'id'),
  safeZone: rule,
  unsafeHandling: fc.constantFrom('log', 'review', 'reject'),
  sanitizedColumns: fc.subarray(['k', 'v']),
  smallGroups: fc.constantFrom('refuse', 'suppress'),
  orderStatistics: fc.constantFrom('refuse', 'allow'),
  difference: fc.option(fc.record({ minSize: fc.integer({ min: 1, max: 3 }) })),
  dominance: fc.option(fc.record({ top: fc.integer({ min: 1, max: 2 }), percent: fc.constantFrom(50, 90) })),
  homogeneity: fc.constantFrom('refuse', 'allow'),
  rounding: fc.constantFrom(null, { counts: 5, sums: 3 }, { counts: null, sums: 2 }),
  queriesPerDay: fc.option(fc.integer({ min: 1, max: 3 })),
  savable: fc.boolean(),
});

const sources: Sources = new Map([['d', { kind: 'dataset', unit: 'id', columns: [{ name: 'id', type: 'integer' }, { name: 'k', type: 'text' }, { name: 'v', type: 'number' }, { name: 'w', type: 'number' }] }]]);
const analyses = [
  scan('d').groupBy('k').agg(col('v').sum()),
  scan('d').groupBy('k').agg(col('v').filter(col('w').gt(1)).mean(), col('w').max()),
  scan('d').head(3),
  scan('d').select(col('w').mean()),
].map((plan) => analysePlan(parsePlan(plan.toJson(), sources)));

const facts: fc.Arbitrary<Omit<QueryFacts, 'policies'>> = fc.record({
  now: fc.integer({ min: 0, max: 3 }),
  asker: fc.record({ userId: fc.constantFrom('acc_a', 'acc_b'), email: fc.constantFrom('a@example.org', 'b@example.org'), role: fc.constantFrom('super-modeller', 'general-modeller', 'viewer'), isCustodian: fc.constant(false) }),
  answered: fc.integer({ min: 0, max: 4 }).map((count) => new Map([['d', count]])),
  analysis: fc.constantFrom(...analyses),
  units: fc.array(fc.integer({ min: 0, max: 6 }), { minLength: 20, maxLength: 20 }),
  near: fc.boolean(), dominated: fc.boolean(), alike: fc.boolean(), dry: fc.boolean(),
}).map(({ units, near, dominated, alike, dry, ...rest }) => {
  let at = 0;
  const count = () => ({ units: units[at++ % units.length]!, atLeast: false });
  const found = [{ dataset: 'd', column: 'v' }];
  return { ...rest, measurement: dry ? null : {
    checkpoints: rest.analysis.checkpoints.map(({ demands }) => ({ demands: demands.map(({ demand }) => ({ smallest: count(), total: demand === 'every' ? count() : null })) })),
    rows: 1, droppedGroups: 0, sets: [], differences: near ? [{ dataset: 'd', feature: 'people', distance: 1 }] : [], dominated: dominated ? found : [], homogeneous: alike ? found : [],
  } };
});

const strictness = { permit: 0, review: 1, deny: 2 } as const;

test('a policy that is called tighter is never milder with any query, and one that is called looser never stricter', () => {
  let tighter = 0;
  fc.assert(
    fc.property(policy, policy, fc.array(facts, { minLength: 5, maxLength: 5 }), fc.boolean(), (one, drawn, asked, nearly) => {
      // Policies that differ in their safe zone alone are compared more often than chance would have it.
      const other = nearly ? { ...one, safeZone: drawn.safeZone } : drawn;
      const { direction } = comparePolicies(one, other);
      if (direction === 'both') return;
      tighter++;
      for (const query of asked) {
        const [before, after] = [one, other].map((each) => strictness[judgeQuery({ ...query, policies: new Map([['d', each]]) }).decision]) as [number, number];
        if (direction !== 'loosens') expect(after).toBeGreaterThanOrEqual(before);
        if (direction !== 'tightens') expect(after).toBeLessThanOrEqual(before);
      }
    }),
    { numRuns: 2_000 },
  );
  expect(tighter).toBeGreaterThan(200);
});

test('the opposite change has the opposite direction', () => {
  const opposite = { same: 'same', both: 'both', tightens: 'loosens', loosens: 'tightens' } as const;
  fc.assert(fc.property(policy, policy, (one, other) => {
    expect(comparePolicies(other, one).direction).toBe(opposite[comparePolicies(one, other).direction]);
    expect(comparePolicies(one, one)).toEqual({ direction: 'same', says: [] });
  }));
});

test.each<[string, Partial<DatasetPolicy>, string]>([
  ['a larger crowd', { safeZone: { rule: 'any-of', of: [{ rule: 'role', role: 'super-modeller' }, { rule: 'aggregation', minSize: 20 }] } }, 'tightens'],
  ['a smaller crowd', { safeZone: { rule: 'any-of', of: [{ rule: 'role', role: 'super-modeller' }, { rule: 'aggregation', minSize: 5 }] } }, 'loosens'],
  ['nobody without a crowd', { safeZone: { rule: 'aggregation', minSize: 10 } }, 'tightens'],
  ['one more who passes', { safeZone: { rule: 'any-of', of: [{ rule: 'user', user: 'alice' }, ...('of' in defaultDatasetPolicy.safeZone ? defaultDatasetPolicy.safeZone.of : [])] } }, 'loosens'],
  ['rejecting', { unsafeHandling: 'reject' }, 'tightens'],
  ['one more column that is sanitised', { sanitizedColumns: ['Name'] }, 'tightens'],
  ['groups that are dropped', { smallGroups: 'suppress' }, 'loosens'],
  ['one thing tighter, one looser', { unsafeHandling: 'reject', orderStatistics: 'allow' }, 'both'],
  ['another unit', { privacyUnit: 'patient' }, 'both'],
])('%s beside the default', (_, change, direction) => {
  const compared = comparePolicies(defaultDatasetPolicy, { ...defaultDatasetPolicy, ...change });
  expect(compared.direction).toBe(direction);
  expect(compared.says.length).toBe(Object.keys(change).length);
});

test('a policy is read as sentences, whatever it holds', () => {
  fc.assert(fc.property(policy, (one) => {
    const lines = policyLines(one);
    expect(lines.every((line) => /^[A-Z].*\.$/.test(line))).toBe(true);
  }));
  expect(policyLines(defaultDatasetPolicy).slice(0, 3)).toEqual([
    'Each row is a privacy unit of its own.',
    'Safe are any of (queries of a Super Modeller, or of a stronger role; answers with at least 10 privacy units behind every row).',
    'Queries outside of that wait for your approval.',
  ]);
  expect(policyLines({ ...defaultDatasetPolicy, sanitizedColumns: ['\u001b]52;x'] }).join('')).not.toContain('\u001b');
});
