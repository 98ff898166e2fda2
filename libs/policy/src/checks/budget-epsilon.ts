import { fail, pass, type CheckRule } from '../check.ts';
import { epsilonOfMicro } from '../micro.ts';

const id = 'budget.epsilon';

/** What was expended and what this task costs together are at most the budget, in whole millionths of epsilon. */
export const budgetEpsilon: CheckRule = {
  id,
  code: 'policy.budget-exhausted',
  shownTo: 'standing',
  look({ isAnswered }, { budget, privacy, row }) {
    if (budget === null || privacy.form === 'malformed') return null;
    const limit = epsilonOfMicro(budget.limit);
    const left = epsilonOfMicro(budget.left);
    if (privacy.form === 'none') {
      // Where the role makes differential privacy compulsory, that check says it already.
      if (row.alwaysPrivate) return null;
      return fail(id, `The grant has a budget of epsilon ${limit}, and a task without differential privacy has no bounded cost.`, 'The task with an epsilon and a delta.');
    }
    if (isAnswered === true) return pass(id, `Epsilon ${left} of ${limit} is left; this very question was answered before, and the same answer again costs nothing.`);
    if (budget.charge <= budget.left) {
      return pass(id, `Epsilon ${left} of ${limit} is left; the task costs ${epsilonOfMicro(budget.charge)}.`);
    }
    return fail(
      id,
      `Epsilon ${left} of ${limit} is left; the task would cost ${budget.charge === Infinity ? 'more than any budget' : epsilonOfMicro(budget.charge)}.`,
      budget.left > 0 ? `Epsilon ${left} or less.` : 'A new grant: the budget of this one is spent.',
    );
  },
};
