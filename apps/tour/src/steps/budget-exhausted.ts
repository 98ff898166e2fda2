import { Fault, isFault } from '@podnet/errors';
import { verdictLines, type Verdict } from '@podnet/policy';
import type { PrivateQuery, PrivateTable } from '@podnet/sdk';
import { privateQuestion, queryPrivacy, roleBudget } from '../private-question.ts';
import type { Stage, Step } from '../stage.ts';

/** The same person asks for more than is left: every pod denies, and says how much is. The question of before is answered as before, for nothing. */
export const budgetExhausted: Step = {
  name: 'budget-exhausted',
  async run(stage) {
    const { pods } = await tooMuch(stage).canI();
    const rich = pods.filter(({ verdict }) => (verdict?.cost.leftBefore ?? 0) >= roleBudget).map(({ podName }) => podName);
    if (rich.length > 0) return { says: `skipped: a custodian has given a larger or a new budget at ${rich.join(', ')}`, skipped: true };
    const denials = await denialsOf(stage);
    const before = stage.privateAnswer;
    if (!before) throw new Fault('task.failed', 'The question was not answered before.');
    const again = await privateQuestion(stage).fetch({ label: 'Asked before' });
    if (numbersOf(again) !== numbersOf(before)) throw new Fault('task.failed', 'The same question has another answer.');
    if (!again.spent.every(({ cost }) => cost?.epsilon === 0 && cost.delta === 0)) throw new Fault('task.failed', 'The same answer again was charged.');
    const left = stage.scene.sites.map(({ pod }) => ({ pod, epsilon: denials.find(({ podName }) => podName === pod)?.cost.leftBefore ?? null }));
    return {
      says: `${denials.length} of ${stage.scene.sites.length} pods denied another epsilon ${roleBudget}; left of ${roleBudget}: ${left.map(({ pod, epsilon }) => `${pod} ${String(epsilon)}`).join(', ')}. The earlier question had its numbers again, for nothing`,
      code: denials[0]!.code,
      left,
      explained: verdictLines(denials[0]!),
      again: { rows: again.toRecords(), accuracy: again.accuracy, spent: again.spent.map(({ pod, cost }) => ({ pod, ...cost })) },
    };
  },
};

/** As much as the role may ask for at once: more than is left after anything. */
const tooMuch = (stage: Stage): PrivateQuery => privateQuestion(stage, { ...queryPrivacy, epsilon: roleBudget });

/** **Throws** `task.failed` unless every pod itself denies because of the budget alone. */
async function denialsOf(stage: Stage): Promise<Verdict[]> {
  const error: unknown = await tooMuch(stage).fetch({ label: 'More than is left' }).then(() => undefined, (fault: unknown) => fault);
  const verdicts = (isFault(error) ? (error.details.verdicts ?? []) : []) as Verdict[];
  const denials = verdicts.filter(({ by, decision, code }) => by === 'pod' && decision === 'deny' && code === 'policy.budget-exhausted');
  if (denials.length !== stage.scene.sites.length) throw new Fault('task.failed', `${denials.length} of ${stage.scene.sites.length} pods denied because of the budget.`, { cause: error });
  return denials;
}

const numbersOf = ({ columns, rows, accuracy }: PrivateTable): string => JSON.stringify([columns, rows, accuracy]);
