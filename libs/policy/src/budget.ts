import type { Facts, GrantFacts } from './facts.ts';
import { microCost, microLeft } from './micro.ts';
import type { AskedPrivacy } from './privacy.ts';
import type { RoleRow } from './roles.ts';

/** A budget of epsilon and what this task would take of it. **Units** millionths of epsilon, whole numbers. */
export interface Budget {
  limit: number;
  left: number;
  /** 0 when the task asks for no usable epsilon; Infinity when it is beyond any budget. */
  charge: number;
}

/**
 * The budget that applies: the smaller one of the role's and the grant's. It accumulates per grant over tasks at the pod.
 * A limit or an account that is no usable number leaves nothing, rather than everything.
 */
export function readBudget(facts: Facts, row: RoleRow, grant: GrantFacts | null, privacy: AskedPrivacy): Budget | null {
  const narrowed = grant !== null && grant.epsilonLimit !== null;
  if (row.epsilonBudget === null && !narrowed) return null;
  const ofRole = row.epsilonBudget === null ? Infinity : microLeft(row.epsilonBudget);
  const ofGrant = narrowed ? limitOf(grant.epsilonLimit) : Infinity;
  const limit = Math.min(ofRole, ofGrant);
  const expended = typeof facts.expendedEpsilon === 'number' ? microCost(facts.expendedEpsilon) : Infinity;
  return { limit, left: Math.max(0, limit - expended), charge: privacy.form === 'asked' ? microCost(privacy.epsilon) : 0 };
}

function limitOf(limit: unknown): number {
  return typeof limit === 'number' ? microLeft(limit) : 0;
}
