import { compareDatasetPolicies, defaultDatasetPolicy, namedColumns, policyDirection, policyLines, verdictLines, type Check, type DatasetPolicy, type SafeZoneRule, type Verdict } from '../index.ts';
import { aggregation, bob, factsOf, policyOf } from '../fixtures/queries.ts';
import { judgeQuery } from './judge-query.ts';
import { col, scan } from '@podnet/plan';

const any = (...of: SafeZoneRule[]): SafeZoneRule => ({ rule: 'any-of', of });
const every = (...of: SafeZoneRule[]): SafeZoneRule => ({ rule: 'all-of', of });
const role = (name: 'super-modeller' | 'general-modeller'): SafeZoneRule => ({ rule: 'role', role: name });
const columns = (allow: string[] | null, deny: string[] = []): SafeZoneRule => ({ rule: 'columns', allow, deny });
const atLeast = (n: number, ...of: SafeZoneRule[]): SafeZoneRule => ({ rule: 'at-least', n, of });

describe('another safe zone', () => {
  const zones: [direction: string, before: SafeZoneRule, after: SafeZoneRule][] = [
    ['tightens', aggregation(10), aggregation(20)],
    ['tightens', any(role('super-modeller'), aggregation(10)), aggregation(10)],
    ['tightens', any(role('general-modeller'), aggregation(10)), any(role('super-modeller'), aggregation(10))],
    ['tightens', aggregation(10), every(aggregation(10), columns(['Pclass']))],
    ['tightens', columns(['Pclass', 'Age']), columns(['Pclass'])],
    ['tightens', columns(null, ['Name']), columns(null, ['Name', 'Age'])],
    ['tightens', atLeast(1, aggregation(10), role('super-modeller')), atLeast(2, aggregation(10), role('super-modeller'))],
    ['tightens', { rule: 'until', at: 2 }, { rule: 'until', at: 1 }],
    ['tightens', { rule: 'queries', perDay: 5 }, { rule: 'queries', perDay: 4 }],
    ['tightens', { rule: 'always' }, aggregation(10)],
    ['tightens', aggregation(10), { rule: 'never' }],
    ['changes', aggregation(10), role('super-modeller')],
    ['changes', { rule: 'user', user: 'alice' }, { rule: 'user', user: 'bob' }],
    ['changes', any(aggregation(10), role('super-modeller')), any(aggregation(20), role('general-modeller'))],
    // The branch is narrower, but what it denied to everybody is denied no longer.
    ['changes', any(columns(null, ['Name']), aggregation(10)), aggregation(10)],
    ['same', any(role('super-modeller'), aggregation(10)), any(aggregation(10), role('super-modeller'))],
    ['same', aggregation(10), any(aggregation(10), aggregation(20))],
    ['same', every(aggregation(10), role('super-modeller')), atLeast(2, role('super-modeller'), aggregation(10))],
  ];
  it.each(zones)('%s: %j, then %j', (direction, before, after) => {
    const word = (a: SafeZoneRule, b: SafeZoneRule) => policyDirection(compareDatasetPolicies(policyOf(a), policyOf(b)));
    expect(word(before, after)).toBe(direction);
    expect(word(after, before)).toBe({ tightens: 'loosens', changes: 'changes', same: 'same' }[direction]);
  });

  it('is compared pair by pair, however wide', () => {
    const wide = (size: number): SafeZoneRule => any(...Array.from({ length: 14 }, () => every(...Array.from({ length: 13 }, (_, index) => aggregation(size + index)))));
    expect(policyDirection(compareDatasetPolicies(policyOf(wide(10)), policyOf(wide(11))))).toBe('tightens');
  });
});

describe('another field', () => {
  const fields: [direction: string, field: string, before: Partial<DatasetPolicy>, after: Partial<DatasetPolicy>][] = [
    ['changes', 'privacy_unit', { privacyUnit: null }, { privacyUnit: 'PassengerId' }],
    ['tightens', 'unsafe_handling', { unsafeHandling: 'log' }, { unsafeHandling: 'review' }],
    ['tightens', 'unsafe_handling', { unsafeHandling: 'review' }, { unsafeHandling: 'reject' }],
    ['tightens', 'sanitized_columns', {}, { sanitizedColumns: ['Name'] }],
    ['changes', 'sanitized_columns', { sanitizedColumns: ['Age'] }, { sanitizedColumns: ['Name'] }],
    ['tightens', 'small_groups', { smallGroups: 'suppress' }, {}],
    ['tightens', 'order_statistics', { orderStatistics: 'allow' }, {}],
    ['tightens', 'difference', { difference: null }, {}],
    ['tightens', 'difference', {}, { difference: { minSize: 11 } }],
    ['tightens', 'dominance', {}, { dominance: { top: 1, percent: 85 } }],
    ['tightens', 'dominance', { dominance: { top: 1, percent: 85 } }, { dominance: { top: 2, percent: 80 } }],
    ['changes', 'dominance', { dominance: { top: 1, percent: 80 } }, { dominance: { top: 2, percent: 85 } }],
    ['tightens', 'homogeneity', {}, { homogeneity: 'refuse' }],
    ['tightens', 'rounding', {}, { rounding: { counts: 5, sums: null } }],
    ['tightens', 'rounding', { rounding: { counts: 5, sums: 3 } }, { rounding: { counts: 5, sums: 2 } }],
    ['changes', 'rounding', { rounding: { counts: 5, sums: null } }, { rounding: { counts: null, sums: 3 } }],
    ['tightens', 'queries', {}, { queriesPerDay: 100 }],
    ['tightens', 'queries', { queriesPerDay: 100 }, { queriesPerDay: 99 }],
    ['tightens', 'savable', { savable: true }, {}],
  ];
  it.each(fields)('%s: %s from %j to %j', (direction, field, before, after) => {
    const compare = (a: Partial<DatasetPolicy>, b: Partial<DatasetPolicy>) => compareDatasetPolicies({ ...defaultDatasetPolicy, ...a }, { ...defaultDatasetPolicy, ...b });
    expect(compare(before, after)).toEqual([{ field, direction, says: expect.stringMatching(/^[A-Z].*\.$/) }]);
    expect(policyDirection(compare(after, before))).toBe(direction === 'tightens' ? 'loosens' : direction);
  });

  it('against the other makes a change that is neither', () => {
    const changes = compareDatasetPolicies(defaultDatasetPolicy, { ...defaultDatasetPolicy, unsafeHandling: 'reject', orderStatistics: 'allow' });
    expect(changes.map(({ direction }) => direction)).toEqual(['tightens', 'loosens']);
    expect(policyDirection(changes)).toBe('changes');
  });
});

describe('printing', () => {
  it('shows a custodian the whole policy', () => {
    expect(policyLines({ ...defaultDatasetPolicy, privacyUnit: 'PassengerId', sanitizedColumns: ['Name', 'Ticket'], queriesPerDay: 200, rounding: { counts: 5, sums: 3 } })).toEqual([
      'Privacy unit: PassengerId',
      'Safe zone; a query passes by:',
      '  any of:',
      '    the role Super Modeller',
      '    answers about at least 10 privacy units each',
      'Everything else waits until you approve or deny it.',
      'Small groups: the query fails',
      'Order statistics (minimum, maximum, median …): refused',
      'Difference from other answers: nobody or at least 10 privacy units',
      'Rounding: counts to 5, sums to 3 digits',
      'Sanitised for everybody: Name, Ticket',
      'Queries of one modeller: at most 200 in 24 hours',
    ]);
  });

  const verdictOf = (checks: readonly Check[], wouldPass: readonly string[]): Verdict => ({
    decision: 'deny', code: 'policy.denied', by: 'pod', podId: 'p', podName: 'north', dataset: 'titanic', role: 'general-modeller', checks: [...checks], cost: { epsilon: 0, delta: 0 },
    wouldPass: [...wouldPass], whoCanGrant: 'The custodian of north can grant it.', policyHash: '', engine: '1',
  });

  it('shows a modeller every rule, with its place and what would pass', () => {
    const zone = any({ rule: 'user', user: 'alice' }, any({ rule: 'never' }, aggregation(20)));
    const { checks, wouldPass } = judgeQuery(factsOf(scan('titanic').head(5), { titanic: policyOf(zone) }, { asker: bob }));
    expect(verdictLines(verdictOf(checks, wouldPass))).toEqual([
      'north · titanic: denied (policy.denied)',
      '  ✗ Too few of these rules hold: any of 2.',
      '    ✗ The policy names a person here, and it is not you.',
      '    ✗ Too few of these rules hold: any of 2.',
      '      ✗ The policy lets no query pass here.',
      '      ✗ Not everything in the answer is safely of at least 20 privacy units of titanic.',
      '        ✗ The answer has rows that stand for one privacy unit each. (at $)',
      'What would pass:',
      '  - The custodian names you in the policy.',
      '  - Nothing; the custodian decides on each query.',
      '  - Aggregates over groups, or over the whole, instead of rows.',
      'The custodian of north can grant it.',
    ]);
  });

  it('says a sentence about several places once, and names them', () => {
    const columns = ['PassengerId', 'Pclass', 'Age'].map((name) => col(name).max());
    const { checks } = judgeQuery(factsOf(scan('titanic').select(...columns), { titanic: policyOf(aggregation(10)) }));
    const said = checks.filter(({ says }) => says.startsWith('A minimum'));
    expect(said).toHaveLength(3);
    const lines = verdictLines(verdictOf(checks, []));
    expect(lines.filter((line) => line.includes(said[0]!.says))).toEqual([`    ✗ ${said[0]!.says} (at ${said.map(({ at }) => at).join(', ')})`]);
    // What failed below two rules is said below both.
    const both = judgeQuery(factsOf(scan('titanic').select(...columns), { titanic: policyOf(any(aggregation(10), aggregation(20))) })).checks;
    expect(verdictLines(verdictOf(both, [])).filter((line) => line.includes(said[0]!.says))).toHaveLength(2);
  });

  it('names the first of many places', () => {
    const many = Array.from({ length: 30 }, (_, at) => ({ id: 'a', passed: false, says: 'No.', at: `$.aggs[${at}]` }));
    expect(verdictLines(verdictOf(many, [])).slice(1)).toEqual([expect.stringMatching(/^ {2}✗ No\. \(at \$\.aggs\[0\], .*\$\.aggs\[19\] and 10 more\)$/)]);
  });

  it('excuses what failed beside a rule that passed', () => {
    const { checks } = judgeQuery(factsOf(scan('titanic').head(5), { titanic: policyOf(any(aggregation(20), { rule: 'always' })) }));
    expect(verdictLines(verdictOf(checks, [])).slice(1)).toEqual([
      '  ✓ Enough of these rules hold: any of 2.',
      '    – Not everything in the answer is safely of at least 20 privacy units of titanic.',
      '      – The answer has rows that stand for one privacy unit each. (at $)',
      '    ✓ The policy lets every query pass here.',
    ]);
  });

  it('survives checks from elsewhere', () => {
    const strange = [{ id: 7, passed: false, says: 'x', at: '\u001b[2J' }, { id: `dataset.a.safe-zone.${'b.'.repeat(500)}`, passed: false, says: 'y', at: { toString: 'z' } }, { id: 'dataset.a.safe-zone.b', passed: false, says: 'z', at: 'w'.repeat(999) }];
    const lines = verdictLines(verdictOf(strange as unknown as Check[], []));
    expect(lines[1]).toBe('  ✗ x (at ?[2J)');
    for (const line of lines) expect(line.length).toBeLessThan(250);
  });
});

it('the columns that a policy names can be held against those that a dataset has', () => {
  const policy = policyOf(any(columns(['Pclass']), every(columns(null, ['Age']), aggregation(10))), { sanitizedColumns: ['Name'] });
  expect(namedColumns(policy).map(({ field, column }) => `${field} ${column}`)).toEqual(['privacy_unit PassengerId', 'safe_zone Pclass', 'safe_zone Age', 'sanitized_columns Name']);
});
