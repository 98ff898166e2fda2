import { isFault, type Fault } from '@podnet/errors';
import { defaultDatasetPolicy } from '@podnet/policy';
import { datasetPolicyFile, datasetPolicyOf, editorSchema, podConfig, readYaml } from './index.ts';

const read = (text: string) => datasetPolicyOf(readYaml(text, datasetPolicyFile, 'policy.yaml', 'config.invalid'));
function refusal(text: string): Fault {
  try {
    read(text);
  } catch (error) {
    if (isFault(error)) return error;
  }
  throw new Error('it was not refused');
}

test('nothing written is the default policy', () => {
  expect(datasetPolicyOf(undefined)).toEqual(defaultDatasetPolicy);
  expect(read('{}')).toEqual(defaultDatasetPolicy);
  expect(read('privacy_unit: row\ndifference: { min_size: 10 }')).toEqual(defaultDatasetPolicy);
});

test('everything that can be written is read', () => {
  expect(read(`
privacy_unit: PassengerId
safe_zone:
  at_least:
    n: 2
    of:
      - aggregation: { min_size: 10 }
      - all_of: [ { role: general-modeller }, always ]
      - any_of: [ { user: alice@example.org }, never ]
      - columns: { allow: [Age], deny: [Name] }
      - until: 2027-01-31T00:00:00Z
      - queries: { per_day: 3 }
unsafe_handling: log
sanitized_columns: [Name, Ticket, Name]
small_groups: suppress
order_statistics: allow
difference: off
dominance: { top: 1, percent: 85 }
homogeneity: refuse
rounding: { counts: 5, sums: 3 }
queries: { per_day: 200 }
savable: true
`)).toEqual({
    privacyUnit: 'PassengerId',
    safeZone: {
      rule: 'at-least', n: 2,
      of: [
        { rule: 'aggregation', minSize: 10 },
        { rule: 'all-of', of: [{ rule: 'role', role: 'general-modeller' }, { rule: 'always' }] },
        { rule: 'any-of', of: [{ rule: 'user', user: 'alice@example.org' }, { rule: 'never' }] },
        { rule: 'columns', allow: ['Age'], deny: ['Name'] },
        { rule: 'until', at: Date.UTC(2027, 0, 31) },
        { rule: 'queries', perDay: 3 },
      ],
    },
    unsafeHandling: 'log', sanitizedColumns: ['Name', 'Ticket'], smallGroups: 'suppress', orderStatistics: 'allow', difference: null,
    dominance: { top: 1, percent: 85 }, homogeneity: 'refuse', rounding: { counts: 5, sums: 3 }, queriesPerDay: 200, savable: true,
  });
});

test.each<[string, string, string]>([
  ['a key nobody knows', 'safezone: always', 'policy.yaml:1:1'],
  ['a rule nobody knows', 'safe_zone:\n  any_of:\n    - agregation: { min_size: 10 }', 'policy.yaml:3:7'],
  ['a word that is no rule', 'safe_zone: sometimes', 'policy.yaml:1:12'],
  ['two rules in one', 'safe_zone:\n  aggregation: { min_size: 10 }\n  role: viewer', 'policy.yaml:1:1'],
  ['an empty list', 'safe_zone:\n  any_of: []', 'policy.yaml:2:11'],
  ['more than there are', 'safe_zone:\n  at_least: { n: 3, of: [always, never] }', 'policy.yaml:2:18'],
  ['none of several', 'safe_zone:\n  at_least: { n: 0, of: [always, never] }', 'policy.yaml:2:18'],
  ['a crowd of nobody', 'safe_zone:\n  aggregation: { min_size: 0 }', 'policy.yaml:2:28'],
  ['half a person', 'safe_zone:\n  aggregation: { min_size: 9.5 }', 'policy.yaml:2:28'],
  ['no threshold', 'safe_zone:\n  aggregation: {}', 'policy.yaml:2:3'],
  ['a role nobody has', 'safe_zone:\n  role: boss', 'policy.yaml:2:9'],
  ['columns neither allowed nor denied', 'safe_zone: { columns: {} }', 'policy.yaml:1:23'],
  ['a day without a clock', 'safe_zone: { until: tomorrow }', 'policy.yaml:1:21'],
  ['rules too deep', `safe_zone: ${'{ any_of: ['.repeat(6)}always${']}'.repeat(6)}`, 'policy.yaml:1:12'],
  ['a handling nobody knows', 'unsafe_handling: ignore', 'policy.yaml:1:18'],
  ['a difference that is on', 'difference: on', 'policy.yaml:1:13'],
  ['more than everything', 'dominance: { top: 1, percent: 101 }', 'policy.yaml:1:31'],
  ['a step of one', 'rounding: { counts: 1 }', 'policy.yaml:1:21'],
  ['no queries at all', 'queries: { per_day: 0 }', 'policy.yaml:1:21'],
])('%s is refused where it stands', (_, text, at) => {
  const fault = refusal(text);
  expect([/^(config\.invalid|usage\.unknown-key)$/.test(fault.code), fault.details.at]).toEqual([true, at]);
});

test('pod.yaml takes the same under each dataset, and editors know of it', () => {
  const config = podConfig.parse({ version: 1, name: 'north', hub: 'http://localhost', datasets: [{ name: 'd', source: { csv: 'd.csv' }, policy: { safe_zone: 'never' } }] });
  expect(datasetPolicyOf(config.datasets[0]!.policy).safeZone).toEqual({ rule: 'never' });
  expect(JSON.stringify(editorSchema(podConfig, 'Podnet pod'))).toContain('sanitized_columns');
});
