import { applyRole, type Applied } from './applied.ts';
import { readDatasetBudget, type Budget } from './budget.ts';
import { checksInOrder } from './checks/order.ts';
import type { Facts } from './facts.ts';
import { codesByGravity, gravityRank } from './gravity.ts';
import { epsilonOfMicro, microCost } from './micro.ts';
import { printable } from './printable.ts';
import type { Check, JointVerdict, Verdict, VerdictCost } from './verdict.ts';

/** Version of the decision engine; it changes whenever a verdict could. */
export const engineVersion = '1.3.0';

/**
 * Decides whether a task may run on one pod. Pure: hub and pod call it with their own copy of the facts, and the same facts
 * give the same verdict. Every check that has something to look at is in the verdict, passed or not; somebody without a
 * grant learns only that. It permits when no check failed, and charges nothing itself: `cost` is what the pod must write
 * down before anything is released.
 *
 * **Units** epsilon as decimal numbers, rounded up to whole millionths where it is charged; instants in milliseconds.
 * **Throws** never for values of the declared types, and never for anything in `privacy`.
 */
export function decide(facts: Facts): Verdict {
  const applied = applyRole(facts);
  const checks: Check[] = [];
  const wouldPass: string[] = [];
  let gravest: number = codesByGravity.length;
  let ceilingFailed = false;
  for (const rule of checksInOrder) {
    if (rule.shownTo === 'standing' && !applied.standing) continue;
    const check = rule.look(facts, applied);
    if (check === null) continue;
    checks.push(check);
    if (check.passed) continue;
    gravest = Math.min(gravest, gravityRank(rule.code));
    if (check.wouldPass !== undefined && !wouldPass.includes(check.wouldPass)) wouldPass.push(check.wouldPass);
    if (rule.id.startsWith('ceiling.')) ceilingFailed = true;
  }
  const code = codesByGravity[gravest] ?? 'permitted';
  return {
    decision: code === 'permitted' ? 'permit' : 'deny',
    code,
    by: facts.by,
    podId: facts.pod.podId,
    podName: facts.pod.name,
    dataset: facts.dataset,
    role: applied.isCustodian ? 'custodian' : applied.grant === null ? null : applied.row.name,
    checks,
    cost: costOf(facts, applied, code === 'permitted'),
    wouldPass,
    whoCanGrant: whoCanGrant(printable(facts.pod.name), code, ceilingFailed),
    policyHash: facts.policyHash,
    engine: engineVersion,
  };
}

/**
 * Decides for every pod of a task: permitted when each pod permits. The code is the gravest of all. No pods permit nothing.
 *
 * **Throws** never, like `decide`.
 */
export function decideAll(facts: readonly Facts[]): JointVerdict {
  const verdicts = facts.map(decide);
  const denied = verdicts.filter((verdict) => verdict.decision !== 'permit');
  if (verdicts.length === 0) return { decision: 'deny', code: 'policy.denied', verdicts };
  if (denied.length === 0) return { decision: 'permit', code: 'permitted', verdicts };
  return { decision: 'deny', code: codesByGravity[Math.min(...denied.map((verdict) => gravityRank(verdict.code)))] ?? 'policy.denied', verdicts };
}

function costOf(facts: Facts, applied: Applied, permitted: boolean): VerdictCost {
  const { privacy, budget } = applied;
  const cost: VerdictCost = privacy.form === 'asked' && facts.isAnswered !== true ? { epsilon: roundedUp(privacy.epsilon), delta: privacy.delta } : { epsilon: 0, delta: 0 };
  // A denied task is not charged.
  const after = ({ left, charge }: Budget): number => epsilonOfMicro(permitted ? left - charge : left);
  if (budget !== null) {
    cost.leftBefore = epsilonOfMicro(budget.left);
    cost.leftAfter = after(budget);
  }
  const ofDataset = applied.standing ? readDatasetBudget(facts, privacy) : null;
  if (ofDataset !== null) {
    cost.datasetLeftBefore = epsilonOfMicro(ofDataset.left);
    cost.datasetLeftAfter = after(ofDataset);
  }
  return cost;
}

/** Whole millionths, rounded up, so that what is written into a ledger is what was compared. */
function roundedUp(epsilon: number): number {
  const micro = microCost(epsilon);
  return micro === Infinity ? epsilon : epsilonOfMicro(micro);
}

function whoCanGrant(pod: string, code: Verdict['code'], ceilingFailed: boolean): string {
  if (code === 'permitted') return `The custodian of ${pod}, or an admin of the hub, assigns roles here.`;
  if (ceilingFailed) return `Only the custodian of ${pod} can change the ceiling of the pod; roles are also assigned by an admin of the hub.`;
  if (code === 'element.unknown') return `The custodian of ${pod} can install elements; roles are also assigned by an admin of the hub.`;
  if (code === 'privacy.malformed' || code === 'element.mismatch') return 'Nobody needs to grant anything for this: the task has to be corrected.';
  return `The custodian of ${pod}, or an admin of the hub, can grant it.`;
}
