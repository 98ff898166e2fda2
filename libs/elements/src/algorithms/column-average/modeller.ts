import { Fault } from '@podnet/errors';
import type { AlgorithmModellerPart } from '../../modeller-part.ts';
import { readAnswer, type ColumnAnswer } from './answer.ts';
import { addTo, nothing, valueOf } from './compensated-sum.ts';
import type { ColumnAverageParams } from './manifest.ts';

/** Σ sums / Σ counts, which is the mean of all rows together and not the mean of means. */
export const columnAverageModeller: AlgorithmModellerPart<ColumnAverageParams> = {
  open: ({ params }) => ({
    results: {
      accept: (body) => void readAnswer(body, params),
      combine(answers) {
        const read = answers.map((answer) => ({ answer, columns: readAnswer(answer.body, params) }));
        const columns = params.columns.map((column, i) => ({ column, ...pooled(read.map(({ columns }) => columns[i]!)) }));
        const pods = read.map(({ answer, columns }) => ({ pod: answer.podName, columns: params.columns.map((column, i) => ({ column, ...ofPod(columns[i]!) })) }));
        return { summary: { columns, pods }, arrays: {} };
      },
    },
  }),
};

function pooled(list: readonly ColumnAnswer[]): { count: number; mean: number } {
  const count = list.reduce((sum, each) => sum + each.count, 0);
  const sum = list.reduce((total, { high, low }) => addTo(addTo(total, high), low), nothing);
  const mean = valueOf(sum) / count;
  if (!Number.isFinite(mean)) throw new Fault('data.not-finite', 'The sums of all pods together are not finite.');
  return { count, mean };
}

const ofPod = ({ count, high, low }: ColumnAnswer): { count: number; mean: number } => ({ count, mean: valueOf({ high, low }) / count });
