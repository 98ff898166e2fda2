import { Fault } from '@podnet/errors';
import { poolPlan, runRest } from '@podnet/plan';
import type { ResultsSide } from '../modeller-part.ts';
import type { OwnTable } from './answer.ts';
import { atPlan } from './plan-fault.ts';
import { readAnswer } from './read-answer.ts';
import { broughtTables } from './small-table.ts';
import { tableOf, type QuerySummary } from './summary.ts';

/** One table for all pods: their groups put together, then the rest of the plan over them. **Throws** `plan.cannot-pool`. */
export function pooledPods(plan: unknown, tables: Readonly<Record<string, OwnTable>>): ResultsSide {
  const pooling = atPlan(() => poolPlan(plan, Object.keys(tables)));
  return {
    accept(body) {
      if (!pooling.fits(readAnswer(body))) throw new Fault('envelope.malformed', 'The answer does not fit the task.');
    },
    combine(answers) {
      const read = answers.map(({ podName, body }) => ({ podName, answer: readAnswer(body) }));
      const pooled = pooling.combine(read.map(({ answer }) => answer));
      const summary: QuerySummary = {
        combine: 'pooled',
        ...tableOf(atPlan(() => runRest(pooling, pooled, broughtTables(tables)))),
        suppressed: read.filter(({ answer }) => answer.suppressed).map(({ podName }) => podName),
        warnings: read.flatMap(({ podName, answer }) => answer.warnings.map((says) => ({ pod: podName, says }))),
      };
      return { summary: { ...summary }, arrays: {} };
    },
  };
}
