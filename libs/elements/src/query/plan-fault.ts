import { Fault, isFault } from '@podnet/errors';

/** Runs what looks at a plan. **Throws** its faults with their places in the task: `$.input` is `algorithm.plan.input`; `who` says at which pod. */
export function atPlan<T>(run: () => T, who: string | null = null): T {
  try {
    return run();
  } catch (error) {
    if (!isFault(error)) throw error;
    const { at, hint } = error.details;
    const place = at?.startsWith('$') ? `algorithm.plan${at.slice(1)}` : at;
    throw new Fault(error.code, who === null ? error.message : `On ${who}: ${error.message}`, { ...(place === undefined ? {} : { at: place }), ...(hint === undefined ? {} : { hint }) });
  }
}
