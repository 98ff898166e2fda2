import { Fault, isFault, type FaultCode } from '@podnet/errors';
import type polars from 'nodejs-polars';

export type Polars = typeof polars;
export type Expression = ReturnType<Polars['col']>;
export type Frame = ReturnType<Polars['scanCSV']>;
export type Table = ReturnType<Frame['collectSync']>;

/** Loads the native library; only a process that reads data does so. */
export async function loadPolars(): Promise<Polars> {
  const loaded = (await import('nodejs-polars')) as { default: Polars };
  return loaded.default;
}

/** The outcome of a query that reads its files part by part: what it takes of memory depends on the outcome, and not on the size of the files. */
export const streamed = (frame: Frame): Table => frame.collectSync({ engine: 'streaming' });

/**
 * Runs work of the native library. Its texts quote cells and paths, so they stay in `cause`, for the local log.
 * **Throws** what the work throws when it is a fault, else the code and sentence given.
 */
export function translated<T>(work: () => T, code: FaultCode, sentence: string, at?: string): T {
  try {
    return work();
  } catch (cause) {
    if (isFault(cause)) throw cause;
    throw new Fault(code, sentence, { cause, ...(at === undefined ? {} : { at }) });
  }
}
