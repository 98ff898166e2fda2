import { scansOfSql } from '@podnet/plan/sql';
import { z } from 'zod';
import type { AlgorithmManifest } from '../../manifest.ts';
import { combineForm } from '../../query/combine.ts';
import { keepForm } from '../../query/keep.ts';
import { ownTables, taskDataset } from '../../query/own-table.ts';
import { sqlReader } from '../../query/sql-reader.ts';

const params = z.strictObject({
  sql: z.string().min(1).max(100_000).describe('One SELECT of Postgres\' SQL. The task\'s dataset is the table `data`, or has its own name; other datasets of the pod have theirs.'),
  tables: ownTables,
  combine: combineForm,
  keep: keepForm,
});

export type SqlQueryParams = z.output<typeof params>;

export const sqlQueryManifest = {
  kind: 'algorithm',
  name: 'sql-query',
  version: 1,
  summary: 'The answer to a SELECT, pooled over pods or of each, as far as the policies of the datasets let it go.',
  params,
  carriedBy: ['results-only'],
  takesModel: false,
  offersPrivacy: false,
  releases: () => ['table'],
  reads: () => [],
  scans: ({ sql, tables }) => scansOfSql(sql, sqlReader()).filter((name) => name !== taskDataset && !Object.hasOwn(tables, name)),
} satisfies AlgorithmManifest<SqlQueryParams>;
