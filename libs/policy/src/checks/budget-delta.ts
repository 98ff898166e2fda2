import { femtoPerUnit, unitsAllowed, unitsSpent } from '@podnet/privacy';
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

/** In whole 10⁻¹⁵, so that sums of small numbers neither drift over a limit nor under it; what is no number leaves nothing. */
function leftOf(limit: number, spent: number): number {
  if (!(limit >= 0 && limit <= 1 && spent >= 0 && spent <= Number.MAX_SAFE_INTEGER / femtoPerUnit)) return 0;
  return Math.max(0, unitsAllowed(limit, femtoPerUnit) - unitsSpent(spent, femtoPerUnit)) / femtoPerUnit;
}
