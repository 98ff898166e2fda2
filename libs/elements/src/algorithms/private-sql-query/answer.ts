import { Fault } from '@podnet/errors';
import { planLimits, scalarTypes, type PrivateQuery, type ScalarType } from '@podnet/plan';
import { aggregateParts, pairOf, quantiser, type AggregatePart } from '@podnet/privacy';
import { z } from 'zod';
import type { Body } from '../../body.ts';
import type { Mechanisms } from './mechanisms.ts';
import type { NoisyGroup } from './draw.ts';

const cell = z.union([z.string(), z.number(), z.boolean(), z.null()]);
const name = z.string().min(1).max(500);
const bounds = z.strictObject({ lower: z.number(), upper: z.number(), granularity: z.number().positive() });
const spent = z.strictObject({ on: name, law: z.string().max(40), epsilon: z.number().min(0), delta: z.number().min(0) });

const answerForm = z.strictObject({
  keys: z.array(z.strictObject({ column: name, type: z.enum(scalarTypes), isPublic: z.boolean() })).max(planLimits.columns),
  aggregates: z.array(z.strictObject({
    column: name,
    kind: z.enum(['COUNT', 'COUNT_DISTINCT', 'SUM', 'AVG', 'VARIANCE', 'STDDEV', 'QUANTILE']),
    bounds: bounds.nullable(),
    /** Places of its numbers among those that were drawn. */
    drawn: z.array(z.int().min(0)).min(1).max(3),
  })).min(1).max(planLimits.columns),
  maxRows: z.int().min(1),
  maxGroups: z.int().min(1),
  rest: z.record(z.string(), z.unknown()),
  noisy: name,
  /** Names of the columns of the table in the end, in order. */
  heads: z.array(z.string().max(500)).max(planLimits.columns),
  groups: z.array(z.strictObject({ key: z.array(cell), drawn: z.array(z.union([z.string().regex(/^-?\d{1,40}$/), z.number()])) })).max(200_000),
  /** ± at 95 % of each number, in its ticks; null: nothing can be said. */
  widths: z.array(z.number().min(0).nullable()),
  spent: z.array(spent).max(1_000),
});

/** One pod's answer. It says of itself how it is read, for what is declared of the data is the pod's to say. */
export type PrivateAnswer = z.output<typeof answerForm>;

export function answerOf(query: PrivateQuery, mechanisms: Mechanisms, groups: readonly NoisyGroup[], heads: readonly string[]): PrivateAnswer {
  const { keys, list, ofAggregate } = mechanisms;
  return {
    keys: query.keys.map(({ column, type, values }) => ({ column, type, isPublic: values !== null })),
    aggregates: query.aggregates.map(({ column, kind, value }, at) => ({ column, kind, bounds: value === null ? null : { ...query.values[value]!.bounds }, drawn: [...ofAggregate[at]!] })),
    maxRows: query.maxRows,
    maxGroups: query.maxGroups,
    rest: query.rest as Record<string, unknown>,
    noisy: query.noisy,
    heads: [...heads],
    groups: groups.map(({ key, drawn }) => ({ key: [...key] as (string | number | boolean | null)[], drawn: [...drawn] })),
    widths: list.map((each) => (each.kind === 'sum' ? each.noise.halfWidth(0.95) : null)),
    spent: [
      ...(keys === null ? [] : [{ on: 'keys of groups', law: keys.noise.law.name, ...pairOf(keys.cost) }]),
      ...list.map((each, at) => ({ on: namesOf(query, mechanisms, at), law: each.kind === 'sum' ? each.noise.law.name : 'exponential', ...pairOf(each.cost) })),
    ],
  };
}

/** The aggregates that a number is part of. */
const namesOf = ({ aggregates }: PrivateQuery, { list, ofAggregate }: Mechanisms, at: number): string => {
  const kinds = aggregates.flatMap(({ kind }, i) => (ofAggregate[i]!.includes(at) ? [kind] : []));
  return `${list[at]!.measure.measure} for ${[...new Set(kinds)].join(', ')}`;
};

/** The same answer to the same question where it names its columns otherwise. */
export const underHeads = ({ json, arrays }: Body, heads: readonly string[]): Body => ({ json: { ...(json as PrivateAnswer), heads: [...heads] }, arrays });

/** Read as if it came from a stranger. **Throws** `envelope.malformed`. */
export function readPrivateAnswer({ json, arrays }: Body): PrivateAnswer {
  const parsed = answerForm.safeParse(json);
  if (!parsed.success || Object.keys(arrays).length > 0) throw malformed();
  const answer = parsed.data;
  const { keys, groups, widths, aggregates } = answer;
  const fits = groups.every(({ key, drawn }) => key.length === keys.length && key.every((one, at) => isOf(one, keys[at]!.type)) && drawn.length === widths.length && drawn.every((value, at) => typeof value === (widths[at] === null ? 'number' : 'string')));
  if (!fits || !aggregates.every(({ drawn }) => drawn.every((at) => at < widths.length)) || new Set(groups.map(({ key }) => JSON.stringify(key))).size < groups.length) throw malformed();
  for (const one of aggregates) partsOf(one, answer);
  return answer;
}

function isOf(one: z.output<typeof cell>, type: ScalarType): boolean {
  // Integers that a double does not hold are digits.
  if (type === 'integer') return one === null || Number.isInteger(one) || /^-?\d{1,40}$/.test(String(one));
  return one === null || typeof one === (type === 'boolean' || type === 'number' ? type : type === 'duration' ? 'number' : 'string');
}

/** How the numbers of an aggregate are to be read. Empty for a quantile, which is a value already. **Throws** `envelope.malformed`. */
export function partsOf({ kind, bounds: declared, drawn }: PrivateAnswer['aggregates'][number], { maxRows, maxGroups }: Pick<PrivateAnswer, 'maxRows' | 'maxGroups'>): AggregatePart[] {
  if (kind === 'QUANTILE') return [];
  try {
    const parts = aggregateParts(kind, { maxRows, maxGroups }, declared === null ? undefined : quantiser(declared));
    if (parts.length !== drawn.length) throw malformed();
    return parts;
  } catch {
    throw malformed();
  }
}

export const malformed = (): Fault => new Fault('envelope.malformed', 'The answer does not fit the task.');
