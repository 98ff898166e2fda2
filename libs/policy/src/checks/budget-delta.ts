import { fail, pass, type CheckRule } from '../check.ts';

const id = 'budget.delta';

/** The delta that goes with a budget: of the grant, where the custodian has set one, and of the dataset. */
export const budgetDelta: CheckRule = {
  id,
  code: 'policy.budget-exhausted',
  shownTo: 'standing',
  look({ grantBudget, datasetBudget, isAnswered }, { privacy, grant }) {
    const budgets = [...(grant !== null && grantBudget ? [grantBudget] : []), ...(datasetBudget ? [datasetBudget] : [])];
    if (budgets.length === 0 || privacy.form !== 'asked' || isAnswered === true) return null;
    const left = Math.min(...budgets.map(({ delta, expendedDelta }) => leftOf(delta, expendedDelta)));
    if (privacy.delta <= left) return pass(id, `Delta ${privacy.delta} is within the ${left} that is left.`);
    return fail(id, `Delta ${left} is left; the task would cost ${privacy.delta}.`, left > 0 ? `Delta ${left} or less.` : 'A new budget: the delta of this one is spent.');
  },
};

const femto = 1e15;

/** In whole 10⁻¹⁵, what is spent rounded up, so that sums of small numbers neither drift over a limit nor under it; what is no number leaves nothing. */
function leftOf(limit: number, spent: number): number {
  const left = Math.floor(limit * femto * (1 + 1e-15)) - Math.ceil(spent * femto * (1 - 1e-15));
  return left > 0 ? left / femto : 0;
}
