import { z } from 'zod';
import { limits } from './limits.ts';
import { duration, memory } from './quantity.ts';

/** A path, relative to pod.yaml. `*` and `?` stand for the rest of a name and for one character, unless a file has just this name. */
const path = z
  .string()
  .min(1)
  .max(4_096)
  .refine((text) => !text.includes('\0'), 'must not contain a NUL')
  .refine((text) => !/(^|\/)\*\*(\/|$)/.test(text), 'must name each level of folders: ** is not read');
const files = z.union([path, z.array(path).min(1).max(limits.filesPerDataset)]).describe('Path of a file, relative to pod.yaml; with * or ?, or a list, several files with the same columns are one dataset');

/** A name as Postgres reads it: lower-cased, or in double quotes exactly as it stands. */
const part = String.raw`(?:[A-Za-z_][A-Za-z0-9_$]{0,62}|"(?:[^"\0]|""){1,63}")`;
const table = z.string().max(300).regex(new RegExp(`^${part}(?:\\.${part})?$`), 'must be the name of a table, like visits or clinic.visits; other names in double quotes');

const postgres = z
  .strictObject({
    url_env: z
      .string()
      .regex(/^[A-Za-z_][A-Za-z0-9_]{0,127}$/, 'must be the name of an environment variable; the address of the database, with its password, never stands in this file')
      .describe('Environment variable with the address of the database: postgresql://user:password@host/database. Give the user no right but to read.'),
    table: table.optional().describe('A table or view'),
    query: z.string().min(1).max(20_000).optional().describe('One SELECT'),
    refresh: duration.optional().describe('How old the copy of the rows may become while the pod runs. Without it the copy is made at the start and by podnet dataset refresh.'),
    max_size: memory.default('2GiB').describe('Larger than this, and the copy is not made'),
  })
  .refine(({ table: named, query }) => (named === undefined) !== (query === undefined), 'must have either a table or a query');
export type PostgresSource = z.infer<typeof postgres>;

/** Where the rows of a dataset come from. */
export const datasetSource = z.union([z.strictObject({ csv: files }), z.strictObject({ parquet: files }), z.strictObject({ postgres })]).describe('Files beside pod.yaml, or a database');
export type DatasetSourceConfig = z.infer<typeof datasetSource>;
