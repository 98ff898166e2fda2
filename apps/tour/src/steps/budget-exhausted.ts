import { Fault, isFault } from '@podnet/errors';
import { verdictLines, type Verdict } from '@podnet/policy';
import type { PrivateTable } from '@podnet/sdk';
import { privateQuestion, roleBudget } from '../private-question.ts';
import type { Stage, Step } from '../stage.ts';

/** The same person asks for more than is left: every pod denies, and says how much is. The question of before is answered as before, for nothing. */
export const budgetExhausted: Step = {
  name: 'budget-exhausted',
  async run(stage) {
    const denials = await denialsOf(stage);
    const before = stage.privateAnswer;
    if (!before) throw new Fault('task.failed', 'The question was not answered before.');
    const again = await privateQuestion(stage).fetch({ label: 'Asked before' });
    if (numbersOf(again) !== numbersOf(before)) throw new Fault('task.failed', 'The same question has another answer.');
    if (!again.spent.every(({ cost }) => cost?.epsilon === 0 && cost.delta === 0)) throw new Fault('task.failed', 'The same answer again was charged.');
    const left = denials.map(({ podName, cost }) => ({ pod: podName, epsilon: cost.leftAfter ?? null }));
    return {
      says: `${denials.length} of ${stage.scene.sites.length} pods denied epsilon ${roleBudget} more: ${left.map(({ pod, epsilon }) => `${String(pod)} has ${String(epsilon)} of ${roleBudget} left`).join(', ')}; the question of before had its numbers again, for nothing`,
      code: denials[0]!.code,
      left,
      explained: verdictLines(denials[0]!),
      again: { rows: again.toRecords(), accuracy: again.accuracy, spent: again.spent.map(({ pod, cost }) => ({ pod, ...cost })) },
    };
  },
};

/** **Throws** `task.failed` unless every pod itself denies because of the budget alone. */
async function denialsOf(stage: Stage): Promise<Verdict[]> {
  const error: unknown = await privateQuestion(stage, { epsilon: roleBudget, delta: 1e-6 }).fetch({ label: 'More than is left' }).then(() => undefined, (fault: unknown) => fault);
  const verdicts = (isFault(error) ? (error.details.verdicts ?? []) : []) as Verdict[];
  const denials = verdicts.filter(({ by, decision, code }) => by === 'pod' && decision === 'deny' && code === 'policy.budget-exhausted');
  if (denials.length !== stage.scene.sites.length) throw new Fault('task.failed', `${denials.length} of ${stage.scene.sites.length} pods denied because of the budget.`, { cause: error });
  return denials;
}

const numbersOf = ({ columns, rows, accuracy }: PrivateTable): string => JSON.stringify([columns, rows, accuracy]);
