import { metricNames, type Metrics } from '@podnet/learning';
import type { Evaluated } from '../../modeller-part.ts';
import type { RoundRow } from './history.ts';
import type { Setting } from './questions.ts';

/** Evaluations of the pods that have one, as one; null when none has. */
export function pool({ side }: Setting, list: readonly (Evaluated | null)[]): Evaluated | null {
  const present = list.filter((evaluation) => evaluation !== null);
  return present.length === 0 ? null : side.poolEvaluations(present);
}

/** The table with what was measured of its last round. */
export function withValidation(history: readonly RoundRow[], validation: Evaluated | null): readonly RoundRow[] {
  const last = history.at(-1);
  if (!last || !validation) return history;
  const metrics: Metrics = {};
  for (const name of metricNames) if (name in validation.metrics) metrics[name] = validation.metrics[name] ?? null;
  return history.with(-1, { ...last, validation: { rows: validation.rows, metrics } });
}
