import { z } from 'zod';
import { columnName, line, slug } from './text.ts';

export const columnKind = z.enum(['number', 'integer', 'boolean', 'category', 'text', 'date']);

/** A column as the pod publishes it. No count, no range, nothing that was computed from values but an agreed domain. */
export const publishedColumn = z.strictObject({
  name: columnName,
  kind: columnKind,
  description: line(1_000).optional(),
  /** Of a date: values have a time of day. Without it they are days. */
  times: z.literal(true).optional(),
  /** Values of a categorical column, in the order of their codes. Observed ones only when 10 rows or more carry each. */
  domain: z.strictObject({ source: z.enum(['declared', 'observed']), values: z.array(line(200)).max(1_000) }).optional(),
  /** Declared, never observed: what values are clamped and rounded to where an answer has noise. */
  bounds: z.strictObject({ lower: z.number(), upper: z.number(), granularity: z.number().positive() }).optional(),
  /** Declared: every row has a value. */
  nullable: z.literal(false).optional(),
});
export type PublishedColumn = z.infer<typeof publishedColumn>;

export const publishedSchema = z.strictObject({
  dataset: slug,
  description: line(2_000).optional(),
  /** Changes when the data or its configuration changes; keyed, so that it tells nothing about the content. */
  version: z.string().max(100),
  columns: z.array(publishedColumn).max(10_000),
  /** Which parts tasks can ask for. */
  parts: z.array(z.enum(['train', 'validation', 'test'])),
  /** Declared for differential privacy: whose presence is hidden (null: that of each row), and what one of them counts for; or that the table is about nobody. */
  privacy: z
    .union([
      z.strictObject({ unit: columnName.nullable(), maxRows: z.int().min(1), maxGroups: z.int().min(1) }),
      z.strictObject({ public: z.literal(true), uniqueKey: columnName.nullable() }),
    ])
    .optional(),
});
export type PublishedSchema = z.infer<typeof publishedSchema>;
