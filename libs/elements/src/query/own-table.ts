import { scalarTypes } from '@podnet/plan';
import { z } from 'zod';
import type { OwnTable } from './answer.ts';
import { isCell } from './cell.ts';

/** What a modeller may bring to join with: small, because it travels with the task and stands in the memory of every pod. */
export const ownTableLimits = { tables: 10, columns: 100, rows: 5_000, cells: 20_000, characters: 100_000 } as const;

/** The name by which every plan knows the task's dataset, whatever a pod calls it. */
export const taskDataset = 'data';

const name = z.string().regex(/^[a-z][a-z0-9_-]{0,62}$/, 'A name is small letters, digits, - and _, and begins with a letter.');
const ownTypes = scalarTypes.filter((type) => type !== 'duration' && type !== 'null');
const cell = z.union([z.string(), z.number(), z.boolean(), z.null()]);

const ownTable = z
  .strictObject({
    columns: z.array(z.strictObject({ name: z.string().min(1).max(200), type: z.enum(ownTypes) })).min(1).max(ownTableLimits.columns),
    rows: z.array(z.array(cell)).max(ownTableLimits.rows),
  })
  .superRefine(({ columns, rows }, context) => {
    const wrong = (path: (string | number)[], message: string): void => context.addIssue({ code: 'custom', path, message });
    if (new Set(columns.map((column) => column.name)).size < columns.length) wrong(['columns'], 'A column is named twice.');
    const ragged = rows.findIndex((row) => row.length !== columns.length);
    if (ragged >= 0) return wrong(['rows', ragged], 'A row has one value for each column.');
    if (rows.length * columns.length > ownTableLimits.cells) return wrong(['rows'], `A table has at most ${ownTableLimits.cells} values.`);
    for (const [index, { type }] of columns.entries()) {
      const at = rows.findIndex((row) => !isCell(row[index], type));
      if (at >= 0) return wrong(['rows', at, index], `This is no ${type}.`);
    }
  });

/** Tables by name. Nothing of them counts as anybody's contribution, and nobody else sees them. */
export const ownTables = z
  .record(name, ownTable)
  .superRefine((tables, context) => {
    const wrong = (path: string[], message: string): void => context.addIssue({ code: 'custom', path, message });
    if (Object.hasOwn(tables, taskDataset)) wrong([taskDataset], 'This name is that of the task\'s dataset.');
    if (Object.keys(tables).length > ownTableLimits.tables) wrong([], `A task brings at most ${ownTableLimits.tables} tables.`);
    if (JSON.stringify(tables).length > ownTableLimits.characters) wrong([], `The tables of a task have at most ${ownTableLimits.characters} characters together.`);
  })
  .default({})
  .describe('Small tables of your own, by name, to join with: columns with their types, and rows. They stay private to you.') as unknown as z.ZodType<Record<string, OwnTable>, Record<string, OwnTable> | undefined>;
