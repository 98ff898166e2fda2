import { printable } from '../printable.ts';
import { columnsUsed, listed } from './columns-used.ts';
import { unsafeHandlings, type DatasetPolicy, type UnsafeHandling } from './dataset-policy.ts';
import type { QueryCheck, QueryFacts, QueryJudgement } from './query-judgement.ts';
import { deniedColumns } from './rules/registry.ts';
import { safeZoneChecks } from './safe-zone.ts';

interface DatasetWord {
  readonly checks: readonly QueryCheck[];
  /** Null: its policy passed. */
  readonly handling: UnsafeHandling | null;
}

/**
 * What the policies of all datasets under a plan say to one query. Every policy must pass; of those that did not, the strictest handling wins.
 * Without a measurement it says what the plan alone decides. Pure, and the same for the same facts.
 *
 * **Privacy** checks, hints and warnings name rules, thresholds, columns of the plan and places in it; never a count, and not how far off it was.
 * **Throws** never.
 */
export function judgeQuery(facts: QueryFacts): QueryJudgement {
  const words = datasetsOf(facts).map((dataset) => ({ dataset, ...wordOf(dataset, facts) }));
  const failed = words.flatMap(({ dataset, handling }) => (handling === null ? [] : [{ dataset, handling }]));
  const handling = unsafeHandlings.findLast((one) => failed.some((word) => word.handling === one)) ?? null;
  const checks = words.flatMap((word) => word.checks);
  return {
    decision: handling === 'reject' ? 'deny' : handling === 'review' ? 'review' : 'permit',
    code: handling === 'reject' ? 'policy.denied' : handling === 'review' ? 'policy.review' : 'permitted',
    checks,
    wouldPass: [...new Set(checks.flatMap(({ passed, wouldPass }) => (passed || wouldPass === undefined ? [] : [wouldPass])))],
    handling,
    warnings: failed.map(({ dataset }) => `This answer is outside the safe zone of ${printable(dataset)}, and its custodian is told so.`),
  };
}

/** Every dataset that anything speaks of: one without a policy is a mistake of the caller, and closed. */
function datasetsOf({ policies, analysis }: QueryFacts): string[] {
  return [...new Set([...policies.keys(), ...analysis.datasets, ...analysis.refusals.flatMap(({ datasets }) => datasets)])].sort();
}

function wordOf(dataset: string, facts: QueryFacts): DatasetWord {
  const policy = facts.policies.get(dataset);
  if (policy === undefined) {
    const says = `The policy of ${printable(dataset)} is not known here.`;
    return { checks: [{ id: `dataset.${dataset}.policy`, dataset, passed: false, says, wouldPass: 'Nothing, until its custodian has looked after it.' }], handling: 'reject' };
  }
  const limit = perDay(dataset, policy, facts);
  const denied = denial(dataset, policy, facts);
  const zone = safeZoneChecks(policy.safeZone, { dataset, policy, facts }, `dataset.${dataset}.safe-zone.`);
  const isSafe = zone[0]!.passed && denied.every(({ passed }) => passed);
  // The limit is no matter of the safe zone: under `log` it would be none, and under `review` it would flood the custodian.
  const handling = limit.some(({ passed }) => !passed) ? 'reject' : isSafe ? null : policy.unsafeHandling;
  return { checks: [...limit, ...denied, ...zone], handling };
}

function perDay(dataset: string, { queriesPerDay }: DatasetPolicy, { answered }: QueryFacts): QueryCheck[] {
  if (queriesPerDay === null) return [];
  const check = { id: `dataset.${dataset}.queries`, dataset, passed: (answered.get(dataset) ?? 0) < queriesPerDay };
  if (check.passed) return [{ ...check, says: `${printable(dataset)} answers at most ${queriesPerDay} queries of one modeller in 24 hours.` }];
  return [{ ...check, says: `${printable(dataset)} answered ${queriesPerDay} queries of yours in 24 hours, which is its limit.`, wouldPass: 'Asking again when 24 hours have passed, or a question that was answered before.' }];
}

/** What a `columns` rule denies, it denies to everybody, wherever in the safe zone it stands. */
function denial(dataset: string, { safeZone }: DatasetPolicy, { analysis }: QueryFacts): QueryCheck[] {
  const denied = deniedColumns(safeZone);
  if (denied.length === 0) return [];
  const used = columnsUsed(analysis, dataset);
  const beyond = denied.filter((column) => used.has(column));
  const check = { id: `dataset.${dataset}.columns`, dataset, passed: beyond.length === 0 };
  if (check.passed) return [{ ...check, says: `The answer depends on no column that the policy of ${printable(dataset)} denies.` }];
  return [{ ...check, says: `The answer depends on ${listed(beyond)}, which the policy of ${printable(dataset)} denies to everybody.`, wouldPass: `An answer that does not depend on ${listed(denied)}.` }];
}
