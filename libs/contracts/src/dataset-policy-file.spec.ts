import { isFault, type Fault } from '@podnet/errors';
import { defaultDatasetPolicy, type DatasetPolicy, type SafeZoneRule } from '@podnet/policy';
import { datasetPolicyFile, datasetPolicyOf, editorSchema, parseDatasetPolicy, podConfig, readDatasetPolicy, readYaml } from './index.ts';

const read = (text: string): DatasetPolicy => readDatasetPolicy(text, 'policy.yaml');

function faultOf(make: () => unknown): Fault {
  try {
    make();
  } catch (error) {
    if (isFault(error)) return error;
    throw error;
  }
  throw new Error('no fault');
}

const places = ({ code, message, details: { at, causes = [] } }: Fault) => [[code, at, message], ...causes.map((cause) => [cause.code, cause.at, cause.detail])].map((parts) => parts.join(' '));

const whole = `
privacy_unit: PassengerId
safe_zone:
  any_of:
    - aggregation: { min_size: 20 }
    - role: super-modeller
    - at_least: { n: 2, of: [always, never, { user: Alice@Example.org }] }
    - all_of: [{ columns: { allow: [Pclass] } }, { until: 2027-01-01T00:00:00+01:00 }, { queries: { per_day: 5 } }, { columns: { deny: [Name] } }]
unsafe_handling: log
sanitized_columns: [Name, Ticket, Name]
small_groups: suppress
order_statistics: allow
difference: { min_size: 12 }
dominance: { top: 1, percent: 85 }
homogeneity: refuse
rounding: { counts: 5, sums: 3 }
queries: { per_day: 200 }
savable: true
`;

describe('a policy file', () => {
  it('means what it says', () => {
    expect(read(whole)).toEqual({
      privacyUnit: 'PassengerId',
      safeZone: {
        rule: 'any-of',
        of: [
          { rule: 'aggregation', minSize: 20 },
          { rule: 'role', role: 'super-modeller' },
          { rule: 'at-least', n: 2, of: [{ rule: 'always' }, { rule: 'never' }, { rule: 'user', user: 'alice@example.org' }] },
          { rule: 'all-of', of: [{ rule: 'columns', allow: ['Pclass'], deny: [] }, { rule: 'until', at: Date.UTC(2026, 11, 31, 23) }, { rule: 'queries', perDay: 5 }, { rule: 'columns', allow: null, deny: ['Name'] }] },
        ],
      },
      unsafeHandling: 'log',
      sanitizedColumns: ['Name', 'Ticket'],
      smallGroups: 'suppress',
      orderStatistics: 'allow',
      difference: { minSize: 12 },
      dominance: { top: 1, percent: 85 },
      homogeneity: 'refuse',
      rounding: { counts: 5, sums: 3 },
      queriesPerDay: 200,
      savable: true,
    } satisfies DatasetPolicy);
  });

  it('of one word, and of nothing, are whole policies', () => {
    expect(read('{}')).toEqual(defaultDatasetPolicy);
    expect(datasetPolicyOf(undefined)).toEqual(defaultDatasetPolicy);
    expect(read('safe_zone: never')).toEqual({ ...defaultDatasetPolicy, safeZone: { rule: 'never' } });
    expect(read('rounding: { counts: 5 }').rounding).toEqual({ counts: 5, sums: null });
  });

  it.each<[string, number | null]>([
    ['safe_zone: { aggregation: { min_size: 100 } }', 100],
    ['safe_zone: { any_of: [{ aggregation: { min_size: 5 } }, { aggregation: { min_size: 30 } }] }', 30],
    ['safe_zone: { role: super-modeller }', 10],
    ['{ safe_zone: { aggregation: { min_size: 100 } }, difference: { min_size: 3 } }', 3],
    ['{ safe_zone: { aggregation: { min_size: 100 } }, difference: off }', null],
  ])('keeps answers apart by its largest crowd, unless it says otherwise: %s', (text, size) => {
    expect(read(text).difference).toEqual(size === null ? null : { minSize: size });
  });

  const nested = (levels: number): string => `safe_zone: ${'{ any_of: ['.repeat(levels - 1)}always${'] }'.repeat(levels - 1)}`;
  const wide = `safe_zone: { any_of: [${Array(5).fill(`{ any_of: [${Array(40).fill('always').join(', ')}] }`).join(', ')}] }`;

  it('may be as deep as a person can read', () => {
    expect(leafOf(read(nested(8)).safeZone)).toBe('always');
  });

  const mistakes: [what: string, text: string, said: string][] = [
    ['a rule that is none', 'safe_zone: alwayz', 'config.invalid policy.yaml:1:12 safe_zone: must be a rule: always, never, or one of aggregation, user, role, all_of, any_of, at_least, columns, until, queries.'],
    ['a list where a rule belongs', 'safe_zone: [always]', 'config.invalid policy.yaml:1:12 safe_zone: must be a rule: always, never, or one of aggregation, user, role, all_of, any_of, at_least, columns, until, queries.'],
    ['no rule', 'safe_zone: {}', 'config.invalid policy.yaml:1:12 safe_zone: must be exactly one rule; put several below all_of or any_of.'],
    ['two rules in one', 'safe_zone: { role: viewer, user: bob }', 'config.invalid policy.yaml:1:12 safe_zone: must be exactly one rule; put several below all_of or any_of.'],
    ['an unknown rule', 'safe_zone:\n  any_of:\n    - agregation: { min_size: 10 }', 'usage.unknown-key policy.yaml:3:7 The key "agregation" is not known here.'],
    ['an unknown key', 'safezone: always', 'usage.unknown-key policy.yaml:1:1 The key "safezone" is not known here.'],
    ['an unknown key of a rule', 'safe_zone: { aggregation: { min_size: 10, max: 3 } }', 'usage.unknown-key policy.yaml:1:43 The key "max" is not known here.'],
    ['an unknown key of a list of rules', 'safe_zone: { at_least: { n: 1, off: [always] } }', 'usage.unknown-key policy.yaml:1:32 The key "off" is not known here.'],
    ['a crowd of a bare number', 'safe_zone: { aggregation: 10 }', 'config.invalid policy.yaml:1:27 safe_zone.aggregation: expected object, received number.'],
    ['a crowd of one', 'safe_zone: { aggregation: { min_size: 1 } }', 'config.invalid policy.yaml:1:39 safe_zone.aggregation.min_size: must be 2 or more; one privacy unit is no crowd.'],
    ['a crowd of nobody', 'safe_zone: { aggregation: { min_size: 0 } }', 'config.invalid policy.yaml:1:39 safe_zone.aggregation.min_size: must be 2 or more; one privacy unit is no crowd.'],
    ['half a person', 'safe_zone: { aggregation: { min_size: 10.5 } }', 'config.invalid policy.yaml:1:39 safe_zone.aggregation.min_size: must be a whole number.'],
    ['a crowd in words', 'safe_zone: { aggregation: { min_size: ten } }', 'config.invalid policy.yaml:1:39 safe_zone.aggregation.min_size: expected number, received string.'],
    ['a crowd without end', 'safe_zone: { aggregation: { min_size: .inf } }', 'config.invalid policy.yaml:1:39 safe_zone.aggregation.min_size: expected number, received Infinity.'],
    ['a crowd of no size', 'safe_zone: { aggregation: {} }', 'config.invalid policy.yaml:1:14 safe_zone.aggregation.min_size is missing.'],
    ['a role that is none', 'safe_zone: { role: boss }', 'config.invalid policy.yaml:1:20 safe_zone.role: expected one of "super-modeller"|"general-modeller"|"dp-restricted-modeller"|"metrics-only"|"viewer".'],
    ['a person that is none', 'safe_zone: { user: "a@@b" }', 'config.invalid policy.yaml:1:20 safe_zone.user: must be an e-mail or an account id.'],
    ['an empty list', 'safe_zone: { any_of: [] }', 'config.invalid policy.yaml:1:22 safe_zone.any_of: must have a rule.'],
    ['an empty list to count in', 'safe_zone: { at_least: { n: 1, of: [] } }', 'config.invalid policy.yaml:1:36 safe_zone.at_least.of: must have a rule.'],
    ['more than there are', 'safe_zone: { at_least: { n: 3, of: [always, never] } }', 'config.invalid policy.yaml:1:29 safe_zone.at_least.n: is larger than the number of rules below it.'],
    ['at least none', 'safe_zone: { at_least: { n: 0, of: [always] } }', 'config.invalid policy.yaml:1:29 safe_zone.at_least.n: must be 1 or more.'],
    ['one and a half of', 'safe_zone: { at_least: { n: 1.5, of: [always, never] } }', 'config.invalid policy.yaml:1:29 safe_zone.at_least.n: must be a whole number.'],
    ['no columns', 'safe_zone: { columns: {} }', 'config.invalid policy.yaml:1:23 safe_zone.columns: must have allow or deny, and not both.'],
    ['columns both ways', 'safe_zone: { columns: { allow: [a], deny: [b] } }', 'config.invalid policy.yaml:1:23 safe_zone.columns: must have allow or deny, and not both.'],
    ['an empty list of columns', 'safe_zone: { columns: { deny: [] } }', 'config.invalid policy.yaml:1:31 safe_zone.columns.deny: must name a column.'],
    ['a day instead of an instant', 'safe_zone: { until: 2026-12-31 }', 'config.invalid policy.yaml:1:21 safe_zone.until: must be an instant like 2027-01-31T00:00:00Z.'],
    ['a day that is none', 'safe_zone: { until: 2026-02-30T00:00:00Z }', 'config.invalid policy.yaml:1:21 safe_zone.until: must be an instant like 2027-01-31T00:00:00Z.'],
    ['no queries', 'queries: { per_day: 0 }', 'config.invalid policy.yaml:1:21 queries.per_day: Too small: expected number to be >=1.'],
    ['nine rules deep', nested(9), `config.invalid policy.yaml:1:100 safe_zone${'.any_of[0]'.repeat(8)}: is nested deeper than 8 rules.`],
    ['more rules than anybody reads', wide, 'config.invalid policy.yaml:1:12 safe_zone: has more than 200 rules.'],
    ['an unknown handling', 'unsafe_handling: ask', 'config.invalid policy.yaml:1:18 unsafe_handling: expected one of "log"|"review"|"reject".'],
    ['a difference that is on', 'difference: on', 'config.invalid policy.yaml:1:13 difference: must be off, or have min_size.'],
    ['a difference of one', 'difference: { min_size: 1 }', 'config.invalid policy.yaml:1:25 difference.min_size: must be 2 or more; one privacy unit is no crowd.'],
    ['a dominance that never bites', 'dominance: { top: 1, percent: 100 }', 'config.invalid policy.yaml:1:31 dominance.percent: Too big: expected number to be <100.'],
    ['a dominance of nobody', 'dominance: { top: 0, percent: 80 }', 'config.invalid policy.yaml:1:19 dominance.top: Too small: expected number to be >=1.'],
    ['a rounding of nothing', 'rounding: {}', 'config.invalid policy.yaml:1:11 rounding: must have counts or sums.'],
    ['a rounding that rounds nothing', 'rounding: { counts: 1 }', 'config.invalid policy.yaml:1:21 rounding.counts: Too small: expected number to be >=2.'],
    ['an unknown word for small groups', 'small_groups: drop', 'config.invalid policy.yaml:1:15 small_groups: expected one of "refuse"|"suppress".'],
    ['an unknown word for order statistics', 'order_statistics: yes', 'config.invalid policy.yaml:1:19 order_statistics: expected one of "refuse"|"allow".'],
    ['an unknown word for homogeneity', 'homogeneity: no', 'config.invalid policy.yaml:1:14 homogeneity: expected one of "refuse"|"allow".'],
    ['a yes', 'savable: yes', 'config.invalid policy.yaml:1:10 savable: expected boolean, received string.'],
    ['a sanitised column that is none', 'sanitized_columns: [Name, 7]', 'config.invalid policy.yaml:1:27 sanitized_columns[1]: expected string, received number.'],
    ['one column instead of a list', 'sanitized_columns: Name', 'config.invalid policy.yaml:1:20 sanitized_columns: expected array, received string.'],
    ['an empty file', '', 'config.invalid policy.yaml:1:1 The input: expected object, received null.'],
  ];

  it.each(mistakes)('is refused for %s', (_what, text, said) => {
    expect(places(faultOf(() => read(text)))).toContain(said);
  });

  it('never repeats what it holds', () => {
    const fault = faultOf(() => read('{ safe_zone: { user: "s3cr3t@@canary" }, unsafe_handling: s3cr3t-canary }'));
    expect(JSON.stringify(fault.toBody())).not.toContain('canary');
  });

  it('suggests the rule that was meant', () => {
    expect(faultOf(() => read('safe_zone: { agregation: { min_size: 10 } }')).details.hint).toBe('Did you mean aggregation?');
  });

  it('has a schema for editors that is finite and knows every key', () => {
    const schema = JSON.stringify(editorSchema(datasetPolicyFile, 'Podnet dataset policy'));
    expect(schema.length).toBeLessThan(10_000);
    for (const key of ['privacy_unit', 'min_size', 'at_least', 'per_day', 'deny', 'percent', 'savable']) expect(schema).toContain(`"${key}"`);
  });
});

describe('a policy that came as JSON', () => {
  it('is read like a file', () => {
    expect(parseDatasetPolicy({ safe_zone: { any_of: ['always'] } }).safeZone).toEqual({ rule: 'any-of', of: [{ rule: 'always' }] });
    expect(faultOf(() => parseDatasetPolicy({ safe_zone: 'open' })).code).toBe('usage.invalid');
  });

  it('is refused before anything recurses into it', () => {
    const deep = JSON.parse(`{"safe_zone":${'{"all_of":['.repeat(20_000)}"always"${']}'.repeat(20_000)}}`) as unknown;
    expect(faultOf(() => parseDatasetPolicy(deep)).code).toBe('usage.too-deep');
  });
});

describe('policy: of a dataset in pod.yaml', () => {
  const pod = (policy: string): string => `version: 1\nname: north\nhub: http://127.0.0.1:4400\ndatasets:\n  - name: titanic\n    source: { csv: t.csv }\n${policy}`;

  it('is read with it, and may be left out', () => {
    const [dataset] = readYaml(pod('    policy: { safe_zone: never }\n'), podConfig, 'pod.yaml').datasets;
    expect(datasetPolicyOf(dataset!.policy).safeZone).toEqual({ rule: 'never' });
    expect(datasetPolicyOf(readYaml(pod(''), podConfig, 'pod.yaml').datasets[0]!.policy)).toEqual(defaultDatasetPolicy);
  });

  it('has its mistakes at their places in the file', () => {
    const fault = faultOf(() => readYaml(pod('    policy:\n      safe_zone:\n        any_of:\n          - aggregation: { min_size: 1 }\n'), podConfig, 'pod.yaml', 'config.invalid'));
    expect(fault.details.at).toBe('pod.yaml:10:38');
  });

  it('may be as deep there as in a file of its own', () => {
    const deep = `${'{ at_least: { n: 1, of: ['.repeat(7)}always${'] } }'.repeat(7)}`;
    expect(leafOf(datasetPolicyOf(readYaml(pod(`    policy: { safe_zone: ${deep} }\n`), podConfig, 'pod.yaml').datasets[0]!.policy).safeZone)).toBe('always');
  });
});

const leafOf = (rule: SafeZoneRule): string => ('of' in rule ? leafOf(rule.of[0]!) : rule.rule);
