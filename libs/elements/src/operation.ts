import { Fault } from '@podnet/errors';
import type { Body } from './body.ts';
import type { AlgorithmSession } from './pod-part.ts';

/** A session from its operations by name. **Throws** `usage.unsupported` for a name that is none of them. */
export function sessionOf(operations: Readonly<Record<string, (input: Body) => Body>>): AlgorithmSession {
  return {
    call(operation, input) {
      const run = Object.hasOwn(operations, operation) ? operations[operation] : undefined;
      if (!run) throw new Fault('usage.unsupported', 'The protocol asks for an operation that the algorithm does not have.');
      return run(input);
    },
  };
}
