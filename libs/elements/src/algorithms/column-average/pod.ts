import { Fault } from '@podnet/errors';
import { body, type Body } from '../../body.ts';
import { sessionOf } from '../../operation.ts';
import type { AlgorithmPodPart, AlgorithmWork } from '../../pod-part.ts';
import { requireRows } from '../../row-limit.ts';
import type { ColumnAnswer } from './answer.ts';
import { addTo, nothing, valueOf } from './compensated-sum.ts';
import { isAsJudged, judgedSums } from './judged.ts';
import type { ColumnAverageParams } from './manifest.ts';

/** Sums each column over all rows of the dataset that have a value, once its policies have let the sums go. */
export const columnAveragePod: AlgorithmPodPart<ColumnAverageParams> = {
  open: (work) => sessionOf({ run: () => run(work) }),
};

function run({ params, data }: AlgorithmWork<ColumnAverageParams>): Body {
  for (const name of params.columns) if (data.schema.some((column) => column.name === name && !['number', 'integer', 'boolean'].includes(column.kind))) throw noMean(name);
  const judged = judgedSums(params.columns, data);
  const table = data.table(params.columns);
  const columns = params.columns.map((name, at): ColumnAnswer => {
    const column = table.columns.find((each) => each.name === name);
    if (!column) throw new Fault('data.missing-column', `The data has no column ${name}.`, { at: name });
    if (column.kind !== 'number') throw noMean(name);
    let sum = nothing;
    let count = 0;
    let magnitudes = 0;
    for (const value of column.values) {
      if (Number.isNaN(value)) continue;
      sum = addTo(sum, value);
      magnitudes += Math.abs(value);
      count++;
    }
    requireRows(count, data.minRows, `The column ${name}`);
    if (!Number.isFinite(valueOf(sum))) throw new Fault('data.not-finite', `The sum of ${name} is not finite.`, { at: name });
    const allowed = judged?.[at];
    // A policy that rounds has its numbers in the place of exact ones.
    return allowed === undefined || isAsJudged(allowed, count, valueOf(sum), magnitudes) ? { count, ...sum } : { count: allowed.count, high: allowed.sum, low: 0 };
  });
  return body({ columns });
}

const noMean = (name: string): Fault => new Fault('schema.wrong-kind', `The column ${name} holds categories and has no mean.`, { at: name });
