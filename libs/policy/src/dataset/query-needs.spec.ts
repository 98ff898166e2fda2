import { col, concat, scan } from '@podnet/plan';
import { queryNeeds, sanitised, type DatasetPolicy, type QueryFacts, type QueryNeeds, type SafeZoneRule } from '../index.ts';
import { aggregation, alice, analysed, bob, noon, policyOf } from '../fixtures/queries.ts';

const analysis = analysed(scan('titanic').groupBy('Pclass').agg(col('Survived').mean()));
const needs = (policy: DatasetPolicy, asker: QueryFacts['asker'] = bob): QueryNeeds => queryNeeds({ now: noon, asker, policies: new Map([['titanic', policy]]), answered: new Map(), analysis });
const all: Partial<DatasetPolicy> = { smallGroups: 'suppress', difference: { minSize: 7 }, dominance: { top: 1, percent: 85 }, homogeneity: 'refuse', rounding: { counts: 5, sums: null } };
const any = (...of: SafeZoneRule[]): SafeZoneRule => ({ rule: 'any-of', of });
const aliceFewer = any({ rule: 'all-of', of: [{ rule: 'user', user: 'alice' }, aggregation(5)] }, aggregation(20));

describe('what a query needs', () => {
  it('is everything that the policy asks for, where counts decide', () => {
    expect(needs(policyOf(aggregation(20), all))).toEqual({
      thresholds: new Map([['titanic', 20]]),
      suppress: new Map([['titanic', 20]]),
      difference: new Map([['titanic', 7]]),
      dominance: new Map([['titanic', { top: 1, percent: 85 }]]),
      homogeneity: new Set(['titanic']),
      rounding: { counts: 5, sums: null },
    } satisfies QueryNeeds);
  });

  it('is nothing that the policy does not ask for', () => {
    expect(needs(policyOf(aggregation(20), { difference: null }))).toEqual({ thresholds: new Map([['titanic', 20]]), suppress: new Map(), difference: new Map(), dominance: new Map(), homogeneity: new Set(), rounding: null });
  });

  it.each<[who: string, zone: SafeZoneRule, asker: QueryFacts['asker'], suppress: number | undefined, remembered: boolean]>([
    ['Alice, for whom five are enough', aliceFewer, alice, 5, true],
    ['Bob, for whom they are not', aliceFewer, bob, 20, true],
    ['somebody who passes by role', any({ rule: 'role', role: 'general-modeller' }, aggregation(20)), bob, undefined, false],
    ['somebody who does not', any({ rule: 'role', role: 'super-modeller' }, aggregation(20)), bob, 20, true],
    ['the custodian', any({ rule: 'role', role: 'super-modeller' }, aggregation(20)), { ...bob, isCustodian: true }, undefined, false],
    ['a question that passes by its columns', any({ rule: 'columns', allow: ['Pclass', 'Survived'], deny: [] }, aggregation(20)), bob, undefined, true],
    ['a question that cannot pass', { rule: 'all-of', of: [{ rule: 'never' }, aggregation(5), aggregation(20)] }, bob, 20, true],
    ['a policy that counts nothing', { rule: 'role', role: 'super-modeller' }, bob, undefined, false],
    ['two of three', { rule: 'at-least', n: 2, of: [aggregation(5), aggregation(10), aggregation(20)] }, bob, 10, true],
  ])('drops and remembers for %s', (_who, zone, asker, suppress, remembered) => {
    const { suppress: dropped, difference, dominance } = needs(policyOf(zone, all), asker);
    expect(dropped.get('titanic')).toBe(suppress);
    expect(difference.has('titanic')).toBe(remembered);
    expect(dominance.has('titanic')).toBe(suppress !== undefined);
  });

  it.each<[number, SafeZoneRule, number | null]>([[20, aggregation(20), 7], [30, aggregation(20), 30], [20, aliceFewer, 7], [1, { rule: 'always' }, null]])('counts up to %i, the largest threshold of any rule', (largest, zone, difference) => {
    expect(needs(policyOf(zone, { difference: difference === null ? null : { minSize: difference } })).thresholds.get('titanic')).toBe(largest);
  });

  it('of several datasets rounds by the coarsest, and keeps the rest apart', () => {
    const both = analysed(concat([scan('men'), scan('women')]).groupBy('Pclass').agg(col('Survived').mean()));
    const policies = new Map([['men', policyOf(aggregation(10), { rounding: { counts: 5, sums: 2 } })], ['women', policyOf(aggregation(20), { rounding: { counts: 10, sums: 4 }, smallGroups: 'suppress' })]]);
    expect(queryNeeds({ now: noon, asker: bob, policies, answered: new Map(), analysis: both })).toMatchObject({ rounding: { counts: 10, sums: 2 }, suppress: new Map([['women', 20]]), thresholds: new Map([['men', 10], ['women', 20]]) });
  });
});

it('columns are sanitised for their dataset alone', () => {
  const isSanitised = sanitised(new Map([['men', policyOf(aggregation(10), { sanitizedColumns: ['Name'] })], ['women', policyOf(aggregation(10))]]));
  expect([{ dataset: 'men', column: 'Name' }, { dataset: 'men', column: 'name' }, { dataset: 'women', column: 'Name' }, { dataset: 'others', column: 'Name' }].map(isSanitised)).toEqual([true, false, false, false]);
});
