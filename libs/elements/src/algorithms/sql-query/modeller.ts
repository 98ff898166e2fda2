import { isFault } from '@podnet/errors';
import { planOfSql } from '@podnet/plan/sql';
import type { AlgorithmModellerPart, PlanPod } from '../../modeller-part.ts';
import { publishedSources } from '../../query/check-at-pods.ts';
import { combineOf } from '../../query/combine.ts';
import { modellerSide } from '../../query/modeller-side.ts';
import { sqlReader, sqlReaderIfAny } from '../../query/sql-reader.ts';
import type { SqlQueryParams } from './manifest.ts';

/** Reads the SELECT where it can be read, so that mistakes are told before anything travels; to pool answers it has to. */
export const sqlQueryModeller: AlgorithmModellerPart<SqlQueryParams> = {
  open({ params, pods }) {
    const needed = params.keep === null && combineOf(params.combine, pods.length) === 'pooled';
    return modellerSide({ ...params, plan: needed ? planOf(params, pods, true) : planOf(params, pods, false) }, pods);
  },
};

/** The plan by what the first pod publishes. Null where it cannot be known and need not be: no reader, or a frame that only pods know. */
function planOf({ sql, tables }: SqlQueryParams, pods: readonly PlanPod[], needed: boolean): unknown {
  const reader = needed ? sqlReader() : sqlReaderIfAny();
  if (reader === null) return null;
  try {
    return planOfSql(sql, reader, publishedSources(pods[0]!, tables));
  } catch (error) {
    if (!needed && isFault(error) && error.code === 'dataset.unknown') return null;
    throw error;
  }
}
