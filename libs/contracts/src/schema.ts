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
});
export type PublishedSchema = z.infer<typeof publishedSchema>;
