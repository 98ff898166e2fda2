import { z } from 'zod';
import { isCountable, isList, type ColumnType } from '../column-type.ts';
import { needDistinct } from '../check.ts';
import { mistake } from '../mistake.ts';
import { literalFacts, mergeFacts } from '../flow/facts.ts';
import { groupedCarriers } from '../flow/group.ts';
import { readAll } from '../flow/reading.ts';
import { slot } from '../slot.ts';
import type { Schema } from '../source.ts';
import { nodeKind } from './node-kind.ts';

export const statistics = ['count', 'nullCount', 'mean', 'std', 'min', 'median', 'max'] as const;

export type Statistic = (typeof statistics)[number];

/** The expression that a statistic of a column stands for; null where it has no meaning. */
function expressionOf(statistic: Statistic, name: string, type: ColumnType): unknown {
  const input = { expr: 'column', name };
  if (statistic === 'count') return { expr: 'count', op: 'count', input };
  if (statistic === 'nullCount') return { expr: 'moment', op: 'sum', input: { expr: 'isNull', input } };
  if (!isCountable(type)) return null;
  return statistic === 'mean' || statistic === 'std' ? { expr: 'moment', op: statistic, input } : { expr: 'orderStatistic', op: statistic, input: type === 'boolean' ? { expr: 'cast', input, to: 'integer' } : input };
}

/** Which statistic of which column each expression of the node is. */
export const describeCells = (asked: readonly Statistic[], schema: Schema): { statistic: Statistic; column: string; expression: unknown }[] =>
  asked.flatMap((statistic) => schema.map(({ name, type }) => ({ statistic, column: name, expression: isList(type) ? null : expressionOf(statistic, name, type) }))).filter(({ expression }) => expression !== null);

/** A row for each statistic, a column for each column. Without order statistics unless they are asked for. */
export const describeNode = nodeKind({
  name: 'describe',
  form: z.strictObject({ node: z.literal('describe'), input: z.unknown(), statistics: z.array(z.enum(statistics)).min(1).default(['count', 'nullCount', 'mean', 'std']) }),
  inputs: ({ input }) => [slot('input', input)],
  expressions: ({ statistics: asked }, schema) => describeCells(asked, schema).map(({ expression }, index) => slot(`cells[${index}]`, expression)),
  schema: ({ fields: { statistics: asked }, inputs: [schema], path }) => {
    if (new Set(asked).size < asked.length) throw mistake('usage.invalid', `${path}.statistics`, 'A statistic is named twice.');
    return needDistinct([{ name: 'statistic', type: 'text' }, ...schema!.map(({ name }) => ({ name, type: 'number' as const }))], path);
  },
  flow: ({ fields: { statistics: asked }, inputs, expressions, path }, [input], flow) => {
    const frame = flow.fitToAggregate(input!, inputs[0]!.path, path);
    const facts = readAll(expressions, { flow, frame, node: path, input: 0, over: 'group', keyed: false });
    const cells = describeCells(asked, inputs[0]!.schema);
    const of = (name: string) => mergeFacts([{ ...literalFacts, degree: 1 }, ...facts.filter((_one, index) => cells[index]!.column === name)]);
    return {
      ...frame,
      columns: new Map([['statistic', { ...literalFacts, degree: 1 }], ...inputs[0]!.schema.map(({ name }): [string, ReturnType<typeof of>] => [name, of(name)])]),
      carriers: groupedCarriers(frame, false, flow.at(path)),
      keys: ['statistic'],
    };
  },
  print: ({ fields: { statistics: asked } }) => `describe every column by ${asked.join(', ')}`,
});
