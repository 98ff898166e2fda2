import { createHash } from 'node:crypto';
import fc from 'fast-check';
import type { Measurement, UnitCount } from '@podnet/plan';
import { compareDatasetPolicies, judgeQuery, policyDirection, policyHashOf, policyLines, queryNeeds, type DatasetPolicy, type QueryFacts, type QueryJudgement, type SafeZoneRule } from '../index.ts';
import { arbitraryAsked, arbitraryPair, arbitraryPolicy, arbitraryRule } from '../fixtures/arbitrary-policies.ts';
import { implies } from './implication.ts';
import { safeZoneChecks } from './safe-zone.ts';

const runs = { numRuns: Number(process.env['POLICY_LAW_RUNS'] ?? 1_000) };
const severity = { permit: 0, review: 1, deny: 2 } as const;
const sha256 = (text: string): string => createHash('sha256').update(text).digest('base64url');

const factsWith = (asked: Omit<QueryFacts, 'policies'>, ...policies: DatasetPolicy[]): QueryFacts => ({ ...asked, policies: new Map(policies.map((policy, index) => [index === 0 ? 'titanic' : 'other', policy])) });
const passes = (rule: SafeZoneRule, policy: DatasetPolicy, facts: QueryFacts): boolean => safeZoneChecks(rule, { dataset: 'titanic', policy, facts }, '')[0]!.passed;

describe('a policy that is said to tighten', () => {
  it('answers nothing better than the one before, and the other way round', () => {
    const seen = new Map<string, number>();
    fc.assert(fc.property(arbitraryPair, arbitraryAsked, ([before, after], asked) => {
      const direction = policyDirection(compareDatasetPolicies(before, after));
      seen.set(direction, (seen.get(direction) ?? 0) + 1);
      const [old, next] = [before, after].map((policy) => severity[judgeQuery(factsWith(asked, policy)).decision]) as [number, number];
      if (direction === 'tightens') expect(next).toBeGreaterThanOrEqual(old);
      if (direction === 'loosens') expect(next).toBeLessThanOrEqual(old);
      if (direction === 'same') expect(next).toBe(old);
      const back = policyDirection(compareDatasetPolicies(after, before));
      expect(back).toBe({ tightens: 'loosens', loosens: 'tightens', changes: 'changes', same: 'same' }[direction]);
    }), { numRuns: runs.numRuns * 4 });
    for (const direction of ['tightens', 'loosens', 'changes', 'same']) expect(seen.get(direction) ?? 0).toBeGreaterThan(runs.numRuns / 50);
  });

  it('by its safe zone, is proved so', () => {
    let proved = 0;
    fc.assert(fc.property(arbitraryRule, arbitraryRule, arbitraryPolicy, arbitraryAsked, (tight, loose, policy, asked) => {
      if (!implies(tight, loose)) return;
      proved += 1;
      const facts = factsWith(asked, policy);
      if (passes(tight, policy, facts)) expect(passes(loose, policy, facts)).toBe(true);
    }), { numRuns: runs.numRuns * 4 });
    expect(proved).toBeGreaterThan(runs.numRuns / 10);
  });

  it('is the same when a rule is only written otherwise', () => {
    fc.assert(fc.property(arbitraryRule, (rule) => {
      expect(implies(rule, rule)).toBe(true);
      for (const written of [{ rule: 'any-of', of: [rule] }, { rule: 'all-of', of: [rule, rule] }, { rule: 'at-least', n: 1, of: [rule] }, { rule: 'any-of', of: [{ rule: 'never' }, rule] }] as const) {
        expect([implies(rule, written), implies(written, rule)]).toEqual([true, true]);
      }
    }), runs);
  });
});

describe('every judgement', () => {
  it('permits when no policy failed, or when the failed ones only log', () => {
    fc.assert(fc.property(arbitraryAsked, arbitraryPolicy, arbitraryPolicy, (asked, one, other) => {
      const { decision, handling, warnings, checks, wouldPass } = judgeQuery(factsWith(asked, one, other));
      expect(decision).toBe({ none: 'permit', log: 'permit', review: 'review', reject: 'deny' }[handling ?? 'none']);
      expect(warnings.length > 0).toBe(handling !== null);
      const blamed = checks.filter(({ passed, excused }) => !passed && !excused);
      expect(new Set(blamed.map(({ dataset }) => dataset)).size).toBe(warnings.length);
      expect(wouldPass).toEqual([...new Set(blamed.flatMap((check) => check.wouldPass ?? []))]);
      expect(wouldPass.length > 0).toBe(handling !== null);
      for (const check of checks) if (check.passed || check.excused) expect(check).not.toHaveProperty('wouldPass');
    }), runs);
  });

  it('of two datasets is as strict as the stricter one', () => {
    fc.assert(fc.property(arbitraryAsked, arbitraryPolicy, arbitraryPolicy, (asked, one, other) => {
      const alone = (dataset: string, policy: DatasetPolicy): QueryJudgement => judgeQuery({ ...asked, analysis: { ...asked.analysis, datasets: asked.analysis.datasets.filter((name) => name === dataset) }, policies: new Map([[dataset, policy]]) });
      const both = judgeQuery(factsWith(asked, one, other));
      expect(severity[both.decision]).toBe(Math.max(severity[alone('titanic', one).decision], severity[alone('other', other).decision]));
    }), runs);
  });

  it('shows no count: nobody and one look alike', () => {
    const turned = (count: UnitCount | null): UnitCount | null => (count?.units === 0 ? { units: 1, atLeast: false } : count);
    const peopled = (measurement: Measurement): Measurement =>
      ({ ...measurement, checkpoints: measurement.checkpoints.map(({ demands }) => ({ demands: demands.map(({ smallest, total }) => ({ smallest: turned(smallest), total: turned(total) })) })) });
    fc.assert(fc.property(arbitraryAsked, arbitraryPolicy, (asked, policy) => {
      fc.pre(asked.measurement !== null && asked.analysis.checkpoints.every(({ demands }) => demands.every(({ demand }) => demand === 'every')));
      const word = (measurement: Measurement) => judgeQuery(factsWith({ ...asked, measurement }, policy));
      // No rule here has a threshold of 1 or below.
      expect(word(peopled(asked.measurement!))).toEqual(word(asked.measurement!));
    }), runs);
  });

  it('names one place at most for what was counted', () => {
    fc.assert(fc.property(arbitraryAsked, arbitraryPolicy, (asked, policy) => {
      const { checks } = judgeQuery(factsWith(asked, policy));
      const counted = checks.map(({ id }) => id).filter((id) => /\.(side-)?too-few$/.test(id));
      expect(new Set(counted).size).toBe(counted.length);
    }), runs);
  });

  it('is the same after a journey as JSON, and leaves its facts alone', () => {
    fc.assert(fc.property(arbitraryAsked, arbitraryPolicy, (asked, policy) => {
      const facts = deepFrozen(factsWith(asked, policy));
      const judgement = judgeQuery(facts);
      expect(JSON.parse(JSON.stringify(judgement))).toEqual(judgement);
      expect(judgeQuery(facts)).toEqual(judgement);
    }), runs);
  });

  it('without a measurement permits whatever a good one would', () => {
    fc.assert(fc.property(arbitraryAsked, arbitraryPolicy, (asked, policy) => {
      expect(severity[judgeQuery(factsWith({ ...asked, measurement: null }, policy)).decision]).toBeLessThanOrEqual(severity[judgeQuery(factsWith(asked, policy)).decision]);
    }), runs);
  });

  it('refuses with near sets whatever it refuses without, so that they need not be looked for', () => {
    fc.assert(fc.property(arbitraryAsked, arbitraryPolicy, (asked, policy) => {
      const measurement = asked.measurement && { ...asked.measurement, differences: [] };
      expect(severity[judgeQuery(factsWith({ ...asked, measurement }, policy)).decision]).toBeLessThanOrEqual(severity[judgeQuery(factsWith(asked, policy)).decision]);
    }), runs);
  });
});

describe('what is needed for a judgement', () => {
  it('is enough: groups of the size below which others are dropped pass, where anything would', () => {
    fc.assert(fc.property(arbitraryAsked, arbitraryPolicy, (asked, policy) => {
      const suppressing: DatasetPolicy = { ...policy, smallGroups: 'suppress' };
      const facts = factsWith({ ...asked, measurement: null }, suppressing);
      const below = queryNeeds(facts).suppress.get('titanic');
      const passed = (units: number): boolean => {
        const demands = asked.analysis.checkpoints.map((checkpoint) => ({ demands: checkpoint.demands.map(() => ({ smallest: { units, atLeast: false }, total: { units, atLeast: false } })) }));
        return passes(policy.safeZone, suppressing, { ...facts, measurement: { checkpoints: demands, rows: 1, droppedGroups: 0, sets: [], differences: [], dominated: [], homogeneous: [] } });
      };
      expect(passed(below ?? 0)).toBe(passed(1_000));
      if (below !== undefined && passed(1_000)) expect(passed(below - 1)).toBe(false);
    }), runs);
  });
});

describe('a policy', () => {
  it('has one hash in whatever order its lists stand, and another when it means something else', () => {
    const reversed = (rule: SafeZoneRule): SafeZoneRule => ('of' in rule ? { ...rule, of: rule.of.map(reversed).reverse() } : rule);
    fc.assert(fc.property(arbitraryPair, ([before, after]) => {
      const hash = policyHashOf(before, sha256);
      expect(policyHashOf({ ...before, safeZone: reversed(before.safeZone), sanitizedColumns: [...before.sanitizedColumns].reverse() }, sha256)).toBe(hash);
      if (policyDirection(compareDatasetPolicies(before, after)) !== 'same') expect(policyHashOf(after, sha256)).not.toBe(hash);
    }), runs);
  });

  it('is printed whole, one line for each rule', () => {
    const rulesIn = (rule: SafeZoneRule): number => ('of' in rule ? 1 + rule.of.reduce((sum, inner) => sum + rulesIn(inner), 0) : 1);
    fc.assert(fc.property(arbitraryPolicy, (policy) => {
      const lines = policyLines(policy);
      expect(lines.filter((line) => line.startsWith('  '))).toHaveLength(rulesIn(policy.safeZone));
      for (const line of lines) expect(line).not.toMatch(/undefined|null|NaN|\[object/);
    }), runs);
  });
});

function deepFrozen<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) for (const part of Object.values(Object.freeze(value))) deepFrozen(part);
  return value;
}
