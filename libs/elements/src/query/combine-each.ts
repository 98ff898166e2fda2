import type { ResultsSide } from '../modeller-part.ts';
import { readAnswer, readKept } from './read-answer.ts';
import { tableOf, type QuerySummary } from './summary.ts';

const summaryOf = (summary: QuerySummary): ReturnType<ResultsSide['combine']> => ({ summary: { ...summary }, arrays: {} });

/** One table for each pod, as it came. */
export const eachPod: ResultsSide = {
  accept: (body) => void readAnswer(body),
  combine: (answers) =>
    summaryOf({
      combine: 'each',
      pods: answers.map(({ podName, body }) => {
        const answer = readAnswer(body);
        return { pod: podName, ...tableOf(answer), suppressed: answer.suppressed, warnings: answer.warnings };
      }),
    }),
};

/** Which pods keep the frame now, and its columns there. */
export const keptFrames = (name: string): ResultsSide => ({
  accept: (body) => void readKept(body, name),
  combine: (answers) => summaryOf({ kept: name, pods: answers.map(({ podName, body }) => ({ pod: podName, columns: readKept(body, name).columns })) }),
});
