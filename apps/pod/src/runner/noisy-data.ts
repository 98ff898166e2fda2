import { privateMetadataOf, type DataContext } from '@podnet/elements';
import type { Engine } from '@podnet/engine';
import type { QueryContext } from './query-context.ts';
import { findSources } from './query-sources.ts';

/** What an algorithm sees whose every word has noise: declarations, and exact numbers under contribution bounds. No rows, and no answers to plans. */
export function noisyData(context: QueryContext, engine: Engine, baseDir: string): Required<Pick<DataContext, 'sources' | 'metadata' | 'aggregate'>> {
  const found = findSources({ ...context, frames: [], kept: {} }, {});
  return {
    sources: found.sources,
    metadata: privateMetadataOf(context.datasets.map(({ config, schema, privacy, policy }) => ({ name: config.name, columns: schema, privacy, sanitised: policy.sanitizedColumns }))),
    aggregate: (ask) => engine.countPrivately(ask, { tables: found.tables, baseDir }),
  };
}
