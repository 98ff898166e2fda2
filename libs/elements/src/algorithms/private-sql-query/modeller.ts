import { Fault } from '@podnet/errors';
import { runRest, type ColumnType, type PooledTable } from '@podnet/plan';
import { estimate, poolParts, quantiser, type Estimate, type NoisyPart } from '@podnet/privacy';
import type { AlgorithmModellerPart, PodAnswer } from '../../modeller-part.ts';
import type { Cell } from '../../query/answer.ts';
import { atPlan } from '../../query/plan-fault.ts';
import { tableOf, type AnswerTable } from '../../query/summary.ts';
import { malformed, partsOf, readPrivateAnswer, type PrivateAnswer } from './answer.ts';
import type { PrivateSqlParams } from './manifest.ts';
import { widthOf, withWidths } from './widths.ts';

/** A table whose numbers have noise. */
export interface PrivateTableAnswer extends AnswerTable {
  /** **Shape** (rows, columns): ± at 95 % of each number; null where there is none, as for keys, or where it is not known. */
  readonly accuracy: readonly (readonly (number | null)[])[];
}

export type PrivateSummary = {
  /** What each pod has spent on what. */
  readonly spent: readonly { readonly pod: string; readonly parts: PrivateAnswer['spent'] }[];
} & ((PrivateTableAnswer & { readonly combine: 'pooled' }) | { readonly combine: 'each'; readonly pods: readonly (PrivateTableAnswer & { readonly pod: string })[] });

/** Adds up the pods' numbers with noise, and computes what the query wants of them: post-processing, at no cost. */
export const privateSqlModeller: AlgorithmModellerPart<PrivateSqlParams> = {
  open: () => ({
    results: {
      accept: (answer) => needTable(readPrivateAnswer(answer)),
      combine: (answers) => ({ summary: { ...summaryOf(answers) }, arrays: {} }),
    },
  }),
};

/** What is computed afterwards is the pod's word too: one group shows whether it can be. **Throws** `envelope.malformed`. */
function needTable(answer: PrivateAnswer): void {
  try {
    tableOfAll([{ ...answer, groups: answer.groups.slice(0, 1) }]);
  } catch {
    throw malformed();
  }
}

function summaryOf(given: readonly PodAnswer[]): PrivateSummary {
  const answers = given.map(({ podName, body }) => ({ pod: podName, answer: readPrivateAnswer(body) }));
  const spent = answers.map(({ pod, answer }) => ({ pod, parts: answer.spent }));
  const [first] = answers;
  // Quantiles of several pods are not one of all.
  const isPooled = first!.answer.aggregates.every(({ kind }) => kind !== 'QUANTILE');
  if (answers.length > 1 && !isPooled) return { combine: 'each', pods: answers.map(({ pod, answer }) => ({ pod, ...tableOfAll([answer]) })), spent };
  const other = answers.find(({ answer }) => formOf(answer) !== formOf(first!.answer));
  if (other) throw new Fault('schema.incompatible', `The pods declare different bounds or keys, so their answers cannot be pooled: ${other.pod} differs from ${first!.pod}.`, { hint: 'Ask each pod in a task of its own.' });
  return { combine: 'pooled', ...tableOfAll(answers.map(({ answer }) => answer)), spent };
}

/** What has to be the same for numbers to be added up. */
const formOf = ({ keys, aggregates, maxRows, maxGroups }: PrivateAnswer): string => JSON.stringify([keys, aggregates.map(({ column, kind, bounds, drawn }) => [column, kind, bounds, drawn]), maxRows, maxGroups]);

function tableOfAll(answers: readonly PrivateAnswer[]): PrivateTableAnswer {
  const form = answers[0]!;
  const groups = new Map<string, { key: readonly Cell[]; of: { answer: PrivateAnswer; drawn: readonly (string | number)[] }[] }>();
  for (const answer of answers) {
    for (const { key, drawn } of answer.groups) {
      const text = JSON.stringify(key);
      const group = groups.get(text) ?? { key, of: [] };
      group.of.push({ answer, drawn });
      groups.set(text, group);
    }
  }
  const estimates = [...groups.values()].map(({ key, of }) => ({ key, numbers: form.aggregates.map((one) => estimateOf(one, form, of)) }));
  const columns: PooledTable['columns'] = [
    ...form.keys.map(({ column, type }) => ({ name: column, type: type as ColumnType, nulled: false })),
    ...form.aggregates.flatMap(({ column }) => [{ name: column, type: 'number' as const, nulled: false }, { name: widthOf(column), type: 'number' as const, nulled: false }]),
  ];
  const rows = estimates.map(({ key, numbers }) => [...key as (string | number | boolean | null)[], ...numbers.flatMap(({ value, halfWidth }) => [value, Number.isFinite(halfWidth) ? halfWidth : null])]);
  const { rest, carried } = withWidths(form.rest, form.aggregates);
  const table = tableOf(atPlan(() => runRest({ rest: rest as never, pooled: form.noisy }, { columns, rows })));
  const shown = table.columns.flatMap(({ name }, at) => (isWidth(name, carried) ? [] : [at]));
  const widths = shown.map((at) => (carried.includes(table.columns[at]!.name) ? table.columns.findIndex(({ name }) => name === widthOf(table.columns[at]!.name)) : -1));
  return {
    columns: shown.map((at, place) => ({ ...table.columns[at]!, name: form.heads[place] ?? table.columns[at]!.name })),
    rows: table.rows.map((row) => shown.map((at) => row[at]!)),
    accuracy: table.rows.map((row) => widths.map((at) => (at < 0 ? null : (row[at] as number | null)))),
  };
}

const isWidth = (name: string, carried: readonly string[]): boolean => carried.some((column) => widthOf(column) === name);

/** Pods that have not shown a private key add nothing to its group: what they have of it is not known. */
function estimateOf(one: PrivateAnswer['aggregates'][number], form: PrivateAnswer, of: readonly { answer: PrivateAnswer; drawn: readonly (string | number)[] }[]): Estimate {
  if (one.kind === 'QUANTILE') return { value: of[0]!.drawn[one.drawn[0]!] as number, halfWidth: Infinity };
  const parts = partsOf(one, form).map((part, at) => poolParts(of.map(({ answer, drawn }): NoisyPart => ({ part, value: BigInt(drawn[one.drawn[at]!]!), halfWidth: answer.widths[one.drawn[at]!]! }))));
  return estimate(one.kind, parts, one.bounds === null ? undefined : quantiser(one.bounds));
}
