import { Fault } from '@podnet/errors';
import { metricNames, type MetricName, type Metrics } from '@podnet/learning';

/** One row of the table of rounds. */
export interface RoundRow {
  round: number;
  /** Pods whose weights are in the average. */
  pods: number;
  /** Mean training loss of the pods during the round, weighted as the average; null when no pod tells. */
  loss: number | null;
  /** Pooled validation metrics of the weights that the round ended with; null when they were not measured. */
  validation: { rows: number; metrics: Metrics } | null;
}

/** **Shape** (rounds × (3 + metrics)): pods, loss, validation rows, metrics by name; null is NaN. */
export interface PackedHistory {
  metrics: MetricName[];
  cells: Float64Array;
}

/** Packs the table for a checkpoint: it is saved after every round and may have thousands of rows. */
export function packHistory(rows: readonly RoundRow[]): PackedHistory {
  const measured = rows.find(({ validation }) => validation !== null)?.validation;
  const metrics = metricNames.filter((name) => measured && name in measured.metrics);
  const stride = 3 + metrics.length;
  const cells = new Float64Array(rows.length * stride).fill(Number.NaN);
  rows.forEach(({ pods, loss, validation }, i) => {
    cells[i * stride] = pods;
    if (loss !== null) cells[i * stride + 1] = loss;
    if (!validation) return;
    cells[i * stride + 2] = validation.rows;
    metrics.forEach((name, m) => (cells[i * stride + 3 + m] = validation.metrics[name] ?? Number.NaN));
  });
  return { metrics, cells };
}

/** **Throws** `envelope.malformed` for cells that do not make `rounds` rows. */
export function unpackHistory({ metrics, cells }: PackedHistory, rounds: number): RoundRow[] {
  const stride = 3 + metrics.length;
  if (cells.length !== rounds * stride) throw new Fault('envelope.malformed', 'The saved table of rounds is not whole.');
  const orNull = (value: number): number | null => (Number.isNaN(value) ? null : value);
  return Array.from({ length: rounds }, (_, i): RoundRow => {
    const row = cells.subarray(i * stride, (i + 1) * stride);
    const rows = orNull(row[2]!);
    const validation = rows === null ? null : { rows, metrics: Object.fromEntries(metrics.map((name, m) => [name, orNull(row[3 + m]!)])) as Metrics };
    return { round: i + 1, pods: row[0]!, loss: orNull(row[1]!), validation };
  });
}
