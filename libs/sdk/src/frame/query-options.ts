import type { FaultCode } from '@podnet/errors';
import { isFault, type Fault } from '@podnet/errors';
import type { DriveOptions } from '../task/tasks.ts';

/** How a query is asked. */
export interface QueryOptions extends DriveOptions {
  /** What you call it; pods see it, the hub does not. */
  label?: string;
  /** `10m`, `1h`. */
  deadline?: string;
  /** Least number of pods that must answer; all of them unless told otherwise. */
  minPods?: number;
  /** The same key answers the same task, however often it is sent. */
  idempotencyKey?: string;
}

/** Narrows an error to a fault of one code: `if (hasCode(error, 'policy.denied')) …`. */
export const hasCode = <Code extends FaultCode>(error: unknown, code: Code): error is Fault & { readonly code: Code } => isFault(error) && error.code === code;
