import { fail, pass, type CheckRule } from '../check.ts';
import { readDatasetBudget } from '../budget.ts';
import { epsilonOfMicro } from '../micro.ts';

const id = 'budget.dataset';

/** What all modellers together may learn of a dataset. A task without differential privacy has no bounded cost, but roles and policies judge it. */
export const budgetDataset: CheckRule = {
  id,
  code: 'policy.budget-exhausted',
  shownTo: 'standing',
  look(facts, { privacy }) {
    const budget = readDatasetBudget(facts, privacy);
    if (budget === null || privacy.form !== 'asked') return null;
    const left = epsilonOfMicro(budget.left);
    if (budget.charge <= budget.left) return pass(id, `Epsilon ${left} of the dataset's ${epsilonOfMicro(budget.limit)} is left.`);
    return fail(
      id,
      `Epsilon ${left} of the dataset's ${epsilonOfMicro(budget.limit)}, which is for all modellers together, is left; the task would cost ${budget.charge === Infinity ? 'more than any budget' : epsilonOfMicro(budget.charge)}.`,
      budget.left > 0 ? `Epsilon ${left} or less.` : 'A larger budget of the dataset: this one is spent.',
    );
  },
};
