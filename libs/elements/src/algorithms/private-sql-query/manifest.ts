import { Fault } from '@podnet/errors';
import { canonicalQuery, parsePlan, privateQueryOf, renameScans, type PrivateMetadata, type Sources } from '@podnet/plan';
import { planOfSql, scansOfSql } from '@podnet/plan/sql';
import { z } from 'zod';
import type { AlgorithmManifest } from '../../manifest.ts';
import { taskDataset } from '../../query/own-table.ts';
import { sqlReader } from '../../query/sql-reader.ts';
import { sourcesOfSql } from '../../query/sql-sources.ts';
import { underHeads } from './answer.ts';
import { mechanismsOf } from './mechanisms.ts';

const params = z.strictObject({
  sql: z.string().min(1).max(64_000).describe('One SELECT of Postgres\' SQL with COUNT, COUNT(DISTINCT …), SUM, AVG, VARIANCE, STDDEV, MEDIAN or QUANTILE. The task\'s dataset is the table `data`, or has its own name.'),
});

export type PrivateSqlParams = z.output<typeof params>;

export const privateSqlManifest = {
  kind: 'algorithm',
  name: 'private-sql-query',
  version: 1,
  summary: 'The answer to a SELECT with differential privacy: every number has noise, and says how much.',
  params,
  carriedBy: ['results-only'],
  takesModel: false,
  offersPrivacy: true,
  answersWithNoise: true,
  releases: () => ['statistics'],
  reads: () => [],
  scans: ({ sql }) => scansOfSql(sql, sqlReader()).filter((name) => name !== taskDataset),
  // By what it asks, not by how it is written: other spaces, names and orders of conditions are the same question.
  question: ({ sql }, asked) => {
    const { plan, sources } = privatePlan(sql, asked);
    // Whatever would be refused later is refused here, where nothing is charged yet.
    mechanismsOf(privateQueryOn(plan, { ...asked, sources }), asked.privacy);
    const { digest, names } = canonicalQuery(parsePlan(plan, sources), asked.digest);
    return { text: digest, heads: names };
  },
  underHeads,
} satisfies AlgorithmManifest<PrivateSqlParams>;

export interface AskedOf {
  readonly dataset: string;
  readonly sources: Sources;
  readonly metadata: PrivateMetadata;
}

/** The SELECT as a plan, where the task's dataset has its name, and the tables that it reads. **Throws** as `planOfSql`. */
export function privatePlan(sql: string, { dataset, sources }: Pick<AskedOf, 'dataset' | 'sources'>): { plan: unknown; sources: Sources } {
  const meant = sourcesOfSql({ sql, tables: {} }, { dataset, sources });
  const own = meant.get(taskDataset);
  return {
    plan: renameScans(planOfSql(sql, sqlReader(), meant), (name) => (name === taskDataset ? dataset : name)),
    sources: new Map([...meant, ...(own === undefined ? [] : [[dataset, own] as const])]),
  };
}

/** Takes the plan apart. **Throws** as `privateQueryOf`; `privacy.not-private` where another dataset than the task's is private: the charge is of the task's own. */
export function privateQueryOn(plan: unknown, { dataset, sources, metadata }: AskedOf) {
  const query = privateQueryOf(plan, metadata, sources);
  if (query.dataset !== dataset) throw new Fault('privacy.not-private', 'The query is about another dataset than the task.', { at: 'algorithm.sql', hint: `Submit the task to the dataset ${query.dataset}: its budget pays.` });
  return query;
}
