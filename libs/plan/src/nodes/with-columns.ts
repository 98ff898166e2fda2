import { z } from 'zod';
import { needDistinct } from '../check.ts';
import type { Frame } from '../flow/frame.ts';
import { fitToRead, readAll } from '../flow/reading.ts';
import { printList } from '../print/harmless.ts';
import { slot, slots } from '../slot.ts';
import type { Schema } from '../source.ts';
import type { TypedExpression } from '../typed.ts';
import type { Flow } from '../flow/flow.ts';
import { columnsMade } from './column-list.ts';
import { nodeKind } from './node-kind.ts';

/** Columns added, or put in place of those of the same name. All of them read the frame as it was. */
export const withColumns = nodeKind({
  name: 'withColumns',
  form: z.strictObject({ node: z.literal('withColumns'), input: z.unknown(), columns: z.array(z.unknown()).min(1) }),
  inputs: ({ input }) => [slot('input', input)],
  expressions: ({ columns }) => slots('columns', columns),
  schema: ({ expressions, inputs: [schema], path }) => replaceColumns(schema!, columnsMade(expressions, `${path}.columns`), path),
  flow: ({ expressions, inputs, path }, [frame], flow) => replaceFacts(fitToRead(frame!, inputs[0]!.path, path, expressions, flow), expressions, path, flow),
  print: (_node, printed) => `add ${printList(printed)}`,
});

/** The columns with some replaced in their place and new ones at the end. */
export function replaceColumns(schema: Schema, made: Schema, path: string): Schema {
  const byName = new Map(made.map((column) => [column.name, column]));
  const known = new Set(schema.map(({ name }) => name));
  return needDistinct([...schema.map((column) => byName.get(column.name) ?? column), ...made.filter(({ name }) => !known.has(name))], path);
}

/** The same of what is known of them. */
export function replaceFacts(frame: Frame, expressions: readonly TypedExpression[], path: string, flow: Flow): Frame {
  const facts = readAll(expressions, { flow, frame, node: path, input: 0, over: 'rows', keyed: false });
  const columns = new Map(frame.columns);
  expressions.forEach(({ output }, index) => columns.set(output, facts[index]!));
  const replaced = new Set(expressions.map(({ output }) => output));
  return { ...frame, columns, keys: frame.keys !== null && frame.keys.some((key) => replaced.has(key)) ? null : frame.keys };
}
