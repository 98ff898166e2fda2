import type { Facts, GrantFacts } from './facts.ts';
import { microCost, microLeft } from './micro.ts';
import type { AskedPrivacy } from './privacy.ts';
import type { RoleRow } from './roles.ts';

/** A budget of epsilon and what this task would take of it. **Units** millionths of epsilon, whole numbers. */
export interface Budget {
  limit: number;
  left: number;
  /** 0 when the task asks for no usable epsilon, or for what was answered before; Infinity when it is beyond any budget. */
  charge: number;
}

/**
 * The budget of the grant that applies: the custodian's own word, else the smaller one of the role's and the grant's. It accumulates per grant over
 * tasks at the pod. A limit or an account that is no usable number leaves nothing, rather than everything.
 */
export function readBudget(facts: Facts, row: RoleRow, grant: GrantFacts | null, privacy: AskedPrivacy): Budget | null {
  const narrowed = grant !== null && grant.epsilonLimit !== null;
  const own = grant === null ? null : (facts.grantBudget ?? null);
  if (row.epsilonBudget === null && !narrowed && own === null) return null;
  const ofRole = row.epsilonBudget === null ? Infinity : microLeft(row.epsilonBudget);
  const ofGrant = narrowed ? limitOf(grant.epsilonLimit) : Infinity;
  return budgetOf(own === null ? Math.min(ofRole, ofGrant) : limitOf(own.epsilon), facts.expendedEpsilon, chargeOf(facts, privacy));
}

/** The budget of the dataset, in epsilon. */
export function readDatasetBudget(facts: Facts, privacy: AskedPrivacy): Budget | null {
  const { datasetBudget } = facts;
  if (datasetBudget === undefined || datasetBudget === null) return null;
  return budgetOf(limitOf(datasetBudget.epsilon), datasetBudget.expendedEpsilon, chargeOf(facts, privacy));
}

/** What the task takes: nothing for an answer that is given again. */
export const chargeOf = (facts: Facts, privacy: AskedPrivacy): number => (privacy.form === 'asked' && facts.isAnswered !== true ? microCost(privacy.epsilon) : 0);

function budgetOf(limit: number, expended: unknown, charge: number): Budget {
  const spent = typeof expended === 'number' ? microCost(expended) : Infinity;
  return { limit, left: Math.max(0, limit - spent), charge };
}

function limitOf(limit: unknown): number {
  return typeof limit === 'number' ? microLeft(limit) : 0;
}
