import { Fault } from '@podnet/errors';
import { planLimits, scalarTypes, type ColumnType } from '@podnet/plan';
import { z } from 'zod';
import type { Body } from '../body.ts';
import type { Answer, Cell, KeptFrame } from './answer.ts';
import { isCell } from './cell.ts';

const types = [...scalarTypes, ...scalarTypes.filter((type) => type !== 'null').map((type) => `list of ${type}` as const)] as const satisfies readonly ColumnType[];

const name = z.string().min(1).max(500);
/** Written by the pod for people: one visible line. */
const sentence = z.string().min(1).max(1_000).regex(/^[^\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}]*$/u);

const answerForm = z.strictObject({
  rows: z.int().min(0),
  columns: z.array(z.strictObject({ name, type: z.enum(types), nulled: z.boolean(), values: z.array(z.unknown()) })).max(planLimits.columns),
  suppressed: z.boolean(),
  warnings: z.array(sentence).max(100),
});

/** Names as frames and datasets have them: short, and nothing that a terminal would obey. */
export const nameForm = z.string().min(1).max(200).regex(/^[^\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}]*$/u);

export const keptColumnsForm = z.array(z.strictObject({ name, type: z.enum(types) })).max(planLimits.columns);

const keptForm = z.strictObject({ name, columns: keptColumnsForm });

/** What a pod answered to a plan, read as if it came from a stranger. **Throws** `envelope.malformed`. */
export function readAnswer({ json, arrays }: Body): Answer {
  const parsed = answerForm.safeParse(json);
  if (!parsed.success || Object.keys(arrays).length > 0) throw malformed();
  const { rows, columns } = parsed.data;
  if (new Set(columns.map((column) => column.name)).size < columns.length) throw malformed();
  for (const { type, nulled, values } of columns) {
    if (values.length !== rows || !values.every((value) => (nulled ? value === null : isCell(value, type)))) throw malformed();
  }
  return { ...parsed.data, columns: columns.map((column) => ({ ...column, values: column.values as Cell[] })) };
}

/** What a pod says of a frame that it keeps. **Throws** `envelope.malformed`. */
export function readKept({ json, arrays }: Body, asked: string): KeptFrame {
  const parsed = keptForm.safeParse(json);
  if (!parsed.success || parsed.data.name !== asked || Object.keys(arrays).length > 0) throw malformed();
  return parsed.data;
}

const malformed = (): Fault => new Fault('envelope.malformed', 'The answer does not fit the task.');
