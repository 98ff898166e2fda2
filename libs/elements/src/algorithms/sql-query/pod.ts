import { planOfSql } from '@podnet/plan/sql';
import { sessionOf } from '../../operation.ts';
import type { AlgorithmPodPart } from '../../pod-part.ts';
import { runAtPod } from '../../query/run-at-pod.ts';
import { sqlReader } from '../../query/sql-reader.ts';
import { sourcesOfSql } from '../../query/sql-sources.ts';
import type { SqlQueryParams } from './manifest.ts';

/** Turns the SELECT into a plan by what the pod knows of its datasets; from there it goes the way of every plan. */
export const sqlQueryPod: AlgorithmPodPart<SqlQueryParams> = {
  open: ({ params, ...work }) => sessionOf({ run: () => runAtPod({ ...params, plan: planOfSql(params.sql, sqlReader(), sourcesOfSql(params, work.data)) }, work) }),
};
