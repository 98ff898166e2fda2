import type { FrameEntry, FrameShelf } from '@podnet/elements';
import { isFault } from '@podnet/errors';
import type { FramesDone } from '../query/query-record.ts';
import type { QueryContext, QueryFrame } from './query-context.ts';
import { findSources, unknown } from './query-sources.ts';

/**
 * The frames of whoever asks: the context has no others. Deleting one is left to the agent, who has the store; here it is only looked for.
 * `done` is told once, and before anything is said.
 */
export function frameShelf(context: Pick<QueryContext, 'datasets' | 'frames' | 'kept'>, done: (what: FramesDone) => void): FrameShelf {
  const covered = new Set(context.datasets.map(({ config }) => config.name));

  function entryOf({ name, versions, madeAt, expiresAt }: QueryFrame): FrameEntry {
    const columns = columnsOf(name);
    return { name, datasets: Object.keys(versions), madeAt, expiresAt, columns: columns ?? [], stale: columns === undefined };
  }

  /** Undefined: nothing can be asked of it. */
  function columnsOf(name: string): FrameEntry['columns'] | undefined {
    try {
      const source = findSources(context, {}).sources.get(name);
      return source?.kind === 'derived' ? source.plan.root.schema.map((column) => ({ name: column.name, type: column.type })) : undefined;
    } catch (error) {
      if (!isFault(error) || error.code === 'internal.unexpected') throw error;
      return undefined;
    }
  }

  return {
    list() {
      // A grant that was narrowed: the frame is as unknown as its sources.
      const entries = context.frames.filter(({ versions }) => Object.keys(versions).every((dataset) => covered.has(dataset))).map(entryOf);
      done({ do: 'list', names: entries.map(({ name }) => name) });
      return entries;
    },
    delete(name) {
      if (!context.frames.some((frame) => frame.name === name)) throw unknown();
      done({ do: 'delete', name });
    },
  };
}
