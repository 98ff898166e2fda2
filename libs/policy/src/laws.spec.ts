import fc from 'fast-check';
import { codesByGravity, compareRoles, decide, decideAll, epsilonOfMicro, microCost, roleNames, roleRows, verdictLines } from './index.ts';
import type { Ceiling, Facts, GrantFacts, Verdict } from './index.ts';
import { arbitraryCeiling, arbitraryEpsilon, arbitraryFacts } from './fixtures/arbitrary-facts.ts';
import { factsOf, noon } from './fixtures/cases.ts';

const runs = { numRuns: 600 };
const permits = (facts: Facts): boolean => decide(facts).decision === 'permit';
const failedIds = (verdict: Verdict): string[] => verdict.checks.filter((check) => !check.passed).map((check) => check.id);
const withGrant = (facts: Facts, changes: Partial<GrantFacts>): Facts => ({ ...facts, grant: facts.grant && { ...facts.grant, ...changes } });
const withCeiling = (facts: Facts, ceiling: Ceiling): Facts => ({ ...facts, pod: { ...facts.pod, ceiling } });

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null) for (const part of Object.values(Object.freeze(value))) deepFreeze(part);
  return value;
}

describe('every verdict', () => {
  it('permits exactly when no check failed, and carries the gravest code otherwise', () => {
    const seen = new Set<string>();
    fc.assert(
      fc.property(arbitraryFacts, (facts) => {
        const verdict = decide(deepFreeze(facts));
        seen.add(verdict.code);
        const failed = failedIds(verdict);
        expect(verdict.decision === 'permit').toBe(failed.length === 0);
        expect(verdict.code === 'permitted').toBe(failed.length === 0);
      }),
      { numRuns: 3000 },
    );
    expect([...seen].sort()).toEqual([...codesByGravity.filter((code) => code !== 'privacy.malformed'), 'permitted'].sort());
  });

  it('says of every failed check what would pass, once, and of no passed one', () => {
    fc.assert(
      fc.property(arbitraryFacts, (facts) => {
        const verdict = decide(facts);
        for (const check of verdict.checks) {
          expect(check.says.length).toBeGreaterThan(0);
          if (check.passed) expect(check).not.toHaveProperty('wouldPass');
          else expect(verdict.wouldPass).toContain(check.wouldPass);
        }
        expect(new Set(verdict.wouldPass).size).toBe(verdict.wouldPass.length);
        expect(new Set(verdict.checks.map((check) => check.id)).size).toBe(verdict.checks.length);
      }),
      runs,
    );
  });

  it('is the same after a journey as JSON, and the same twice', () => {
    fc.assert(
      fc.property(arbitraryFacts, fc.anything(), (facts, privacy) => {
        const asked = { ...facts, privacy: privacy as Facts['privacy'] };
        const verdict = decide(asked);
        expect(JSON.parse(JSON.stringify(verdict))).toEqual(verdict);
        expect(decide(asked)).toEqual(verdict);
      }),
      runs,
    );
  });
});

describe('anything in privacy', () => {
  const garbage = fc.anything({ withBigInt: true, withBoxedValues: true, withDate: true, withNullPrototype: true, withMap: true, withSparseArray: true });

  it('never throws and is never compared', () => {
    fc.assert(
      fc.property(arbitraryFacts, garbage, garbage, (facts, epsilon, delta) => {
        fc.pre(!(typeof epsilon === 'number' && typeof delta === 'number'));
        const verdict = decide({ ...facts, privacy: { epsilon, delta } });
        expect(verdict.code).toBe('privacy.malformed');
        expect(failedIds(verdict).filter((id) => id.includes('epsilon'))).toEqual([]);
        expect(verdict.cost.epsilon).toBe(0);
      }),
      runs,
    );
  });

  it('takes only finite numbers above 0, and delta below 1', () => {
    fc.assert(
      fc.property(arbitraryFacts, fc.double(), fc.double(), (facts, epsilon, delta) => {
        const usable = Number.isFinite(epsilon) && epsilon > 0 && Number.isFinite(delta) && delta > 0 && delta < 1;
        expect(decide({ ...facts, privacy: { epsilon, delta } }).code === 'privacy.malformed').toBe(!usable);
      }),
      runs,
    );
  });

  it.each([
    ['a getter that throws', { get epsilon() { throw new Error('no'); }, delta: 1e-6 }],
    ['a proxy that refuses everything', new Proxy({}, { get: () => { throw new Error('no'); } })],
    ['an object that turns into a number', { epsilon: { valueOf: () => 1 }, delta: 1e-6 }],
  ])('refuses %s', (_name, privacy) => {
    const facts = factsOf({ task: { protocol: 'results-only', algorithm: 'model-evaluation', model: 'logistic-regression' } }, 'super-modeller');
    expect(decide({ ...facts, privacy: privacy as Facts['privacy'] }).code).toBe('privacy.malformed');
  });

  it('looks at a value that changes only once', () => {
    let looks = 0;
    const privacy = { get epsilon() { looks += 1; return looks === 1 ? 1 : 100; }, delta: 1e-6 };
    const facts = factsOf({ task: { protocol: 'results-only', algorithm: 'model-evaluation', model: 'logistic-regression' } }, 'dp-restricted-modeller');
    expect(decide({ ...facts, privacy }).cost).toEqual({ epsilon: 1, delta: 1e-6, leftBefore: 3, leftAfter: 2 });
    expect(looks).toBe(1);
  });
});

describe('who asks', () => {
  it('is never permitted without a grant in force on the dataset, unless it is the custodian', () => {
    fc.assert(
      fc.property(arbitraryFacts, (facts) => {
        const { grant } = facts;
        const inForce = grant !== null && !grant.revoked && grant.startsAt <= noon && (grant.endsAt === null || grant.endsAt > noon);
        const here = grant !== null && (grant.dataset === null || grant.dataset === facts.dataset);
        if (permits(facts)) expect(facts.asker.isCustodian || (inForce && here)).toBe(true);
        else if (!facts.asker.isCustodian && !here) expect(decide(facts)).toMatchObject({ code: 'policy.no-access', role: null });
      }),
      runs,
    );
  });

  it('learns nothing about the pod from the outside', () => {
    const installed: Facts['triple'] = factsOf({ task: { protocol: 'results-only', algorithm: 'sql-query' } }, 'none').triple;
    fc.assert(
      fc.property(arbitraryFacts, arbitraryCeiling, fc.double(), (facts, ceiling, expendedEpsilon) => {
        const outside: Facts = { ...facts, grant: null, asker: { ...facts.asker, isCustodian: false } };
        expect(decide({ ...withCeiling(outside, ceiling), triple: installed, expendedEpsilon })).toEqual(decide(outside));
      }),
      runs,
    );
  });

  it('counts as Super Modeller when it is the custodian, whatever grant it also has', () => {
    fc.assert(
      fc.property(arbitraryFacts, (facts) => {
        const custodian: Facts = { ...facts, asker: { ...facts.asker, isCustodian: true } };
        const superModeller = factsOf({ task: { protocol: 'results-only', algorithm: 'sql-query' } }, 'super-modeller').grant;
        expect(permits(custodian)).toBe(permits({ ...facts, asker: { ...facts.asker, isCustodian: false }, grant: superModeller }));
      }),
      runs,
    );
  });
});

describe('a weaker role', () => {
  it('never permits what a stronger one denies, but for Metrics Only beside DP Restricted', () => {
    const exceptions = new Set<string>();
    fc.assert(
      fc.property(arbitraryFacts, fc.constantFrom(...roleNames), fc.constantFrom(...roleNames), (facts, a, b) => {
        fc.pre(facts.grant !== null && compareRoles(a, b) < 0);
        if (!permits(withGrant(facts, { role: b }))) return;
        const verdict = decide(withGrant(facts, { role: a }));
        // The roles are not nested at one place: Metrics Only may do without differential privacy, and has no budget.
        const notNested = b === 'metrics-only' && (a === 'dp-restricted-modeller' || verdict.role === 'dp-restricted-modeller');
        if (notNested) failedIds(verdict).forEach((id) => exceptions.add(id));
        else expect(failedIds(verdict)).toEqual([]);
      }),
      { numRuns: 6000 },
    );
    expect([...exceptions].filter((id) => !['budget.epsilon', 'role.epsilon', 'role.privacy'].includes(id))).toEqual([]);
    expect(exceptions.size).toBeGreaterThan(0);
  });
});

describe('narrowing', () => {
  const narrower = (from: Ceiling, by: Ceiling): Ceiling => ({
    ...from,
    ...by,
    allowElements: from.allowElements && by.allowElements ? from.allowElements.filter((name) => by.allowElements?.includes(name)) : (from.allowElements ?? by.allowElements),
    denyElements: [...(from.denyElements ?? []), ...(by.denyElements ?? [])],
    modellers: from.modellers && by.modellers ? from.modellers.filter((one) => by.modellers?.includes(one)) : (from.modellers ?? by.modellers),
    epsilon: from.epsilon !== undefined && by.epsilon !== undefined ? Math.min(from.epsilon, by.epsilon) : (from.epsilon ?? by.epsilon),
    minPods: Math.max(from.minPods ?? 0, by.minPods ?? 0),
    role: from.role && by.role ? (compareRoles(from.role, by.role) < 0 ? by.role : from.role) : (from.role ?? by.role),
  });

  it('of a ceiling never turns a deny into a permit', () => {
    fc.assert(
      fc.property(arbitraryFacts, arbitraryCeiling, (facts, by) => {
        const ceiling = narrower(facts.pod.ceiling, by);
        // Of these two neither is the narrower one; see the exception above.
        fc.pre(!(facts.pod.ceiling.role === 'dp-restricted-modeller' && ceiling.role === 'metrics-only'));
        if (permits(withCeiling(facts, ceiling))) expect(failedIds(decide(facts))).toEqual([]);
      }),
      { numRuns: 6000 },
    );
  });

  it('of a grant never does either: fewer extras, a smaller budget', () => {
    fc.assert(
      fc.property(arbitraryFacts, arbitraryEpsilon, (facts, limit) => {
        fc.pre(facts.grant !== null);
        const before = permits(facts);
        expect(permits(withGrant(facts, { extraElements: [], extraModels: [] })) && !before).toBe(false);
        expect(permits(withGrant(facts, { epsilonLimit: Math.min(limit, facts.grant?.epsilonLimit ?? Infinity) })) && !before).toBe(false);
      }),
      runs,
    );
  });

  it('of the request never turns a permit into a deny: a smaller epsilon, less expended', () => {
    fc.assert(
      fc.property(arbitraryFacts, fc.double({ min: 0.01, max: 1, noNaN: true }), (facts, share) => {
        fc.pre(permits(facts));
        expect(failedIds(decide({ ...facts, expendedEpsilon: facts.expendedEpsilon * share }))).toEqual([]);
        if (facts.privacy === null) return;
        const epsilon = Math.max((facts.privacy.epsilon as number) * share, 5e-324);
        expect(failedIds(decide({ ...facts, privacy: { ...facts.privacy, epsilon } }))).toEqual([]);
      }),
      runs,
    );
  });
});

describe('the hints', () => {
  it('of the role checks are honest: the role named, under the ceiling named, passes that check', () => {
    let followed = 0;
    fc.assert(
      fc.property(arbitraryFacts, (facts) => {
        for (const check of decide(facts).checks) {
          if (check.passed || !check.id.startsWith('role.')) continue;
          const role = roleRows.find((row) => check.wouldPass?.includes(`he role ${row.label}`))?.name;
          const raised = roleRows.find((row) => check.wouldPass?.includes(`he pod's ceiling raised to ${row.label}`))?.name;
          if (!role && !raised) continue;
          // A custodian holds no role that could be raised.
          expect(facts.asker.isCustodian && role !== undefined).toBe(false);
          const granted = withGrant(facts, role ? { role } : {});
          const verdict = decide(raised ? withCeiling(granted, { ...facts.pod.ceiling, role: raised }) : granted);
          expect(failedIds(verdict)).not.toContain(check.id);
          followed += 1;
        }
      }),
      runs,
    );
    expect(followed).toBeGreaterThan(100);
  });
});

describe('the role in a hint', () => {
  it('permits the whole task as it stands, wherever some stronger role does', () => {
    let followed = 0;
    fc.assert(
      fc.property(arbitraryFacts, (any) => {
        const facts = withCeiling(any, {});
        fc.pre(facts.grant !== null);
        const failed = decide(facts).checks.filter((check) => !check.passed);
        fc.pre(failed.length > 0 && failed.every((check) => check.id.startsWith('role.')));
        const held = facts.grant?.role ?? 'viewer';
        fc.pre(roleNames.some((role) => compareRoles(role, held) < 0 && permits(withGrant(facts, { role }))));
        for (const { wouldPass } of failed) {
          const role = roleRows.find((row) => wouldPass?.includes(`he role ${row.label}`))?.name ?? held;
          // A budget is not the role's to promise.
          expect(failedIds(decide(withGrant({ ...facts, expendedEpsilon: 0 }, { role, epsilonLimit: null })))).toEqual([]);
          followed += 1;
        }
      }),
      { numRuns: 600 },
    );
    expect(followed).toBeGreaterThan(300);
  });
});

describe('a budget', () => {
  it('is never overdrawn by any sequence of tasks, to the millionth', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(arbitraryEpsilon, fc.double({ min: 0, minExcluded: true, max: 0.5, noNaN: true })), { maxLength: 60 }), (asked) => {
        let spent = 0;
        let exact = 0n;
        for (const epsilon of asked) {
          const task = { protocol: 'results-only', algorithm: 'model-evaluation', model: 'logistic-regression', privacy: { epsilon, delta: 1e-6 } };
          const verdict = decide(factsOf({ task, expended: epsilonOfMicro(spent) }, 'dp-restricted-modeller'));
          expect(verdict.cost.leftBefore).toBe(epsilonOfMicro(3_000_000 - spent));
          expect(verdict.decision === 'permit').toBe(spent + microCost(epsilon) <= 3_000_000);
          if (verdict.decision !== 'permit') continue;
          spent += microCost(verdict.cost.epsilon);
          exact += BigInt(microCost(epsilon));
          expect(verdict.cost.leftAfter).toBe(epsilonOfMicro(3_000_000 - spent));
        }
        expect(exact).toBe(BigInt(spent));
        expect(exact <= 3_000_000n).toBe(true);
      }),
      { numRuns: 300 },
    );
  });
});

describe('several pods', () => {
  it('are permitted when each one permits, with a verdict for each and the gravest code', () => {
    fc.assert(
      fc.property(fc.array(arbitraryFacts, { minLength: 1, maxLength: 4 }), (facts) => {
        const joint = decideAll(facts);
        const single = facts.map(decide);
        expect(joint.verdicts).toEqual(single);
        expect(joint.decision === 'permit').toBe(facts.every(permits));
        expect(joint.code).toBe(codesByGravity.find((code) => single.some((verdict) => verdict.code === code)) ?? 'permitted');
      }),
      { numRuns: 1000 },
    );
  });

  it('of which there are none permit nothing', () => {
    expect(decideAll([])).toEqual({ decision: 'deny', code: 'policy.denied', verdicts: [] });
  });
});

describe('the lines of a verdict', () => {
  it('have one line for each check and each hint, without control characters', () => {
    fc.assert(
      fc.property(arbitraryFacts, fc.string({ unit: 'binary' }), (facts, asked) => {
        const verdict = decide({ ...facts, triple: { ...facts.triple, algorithm: { asked, found: null }, model: { asked, found: null } } });
        const lines = verdictLines(verdict);
        expect(lines.filter((line) => /^ {2}[✓✗] /.test(line))).toHaveLength(verdict.checks.length);
        expect(lines.filter((line) => line.startsWith('  - '))).toHaveLength(verdict.wouldPass.length);
        expect(lines.join('').search(/[\p{Cc}\p{Bidi_Control}]/u)).toBe(-1);
      }),
      runs,
    );
  });
});
