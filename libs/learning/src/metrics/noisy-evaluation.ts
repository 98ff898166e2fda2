import { Fault } from '@podnet/errors';
import { confusionMetrics, type ConfusionMatrix } from './confusion.ts';
import { scoreBins } from './evaluation-cells.ts';
import type { MetricName, Metrics } from './metric-table.ts';
import { aucOfCounts } from './score-counts.ts';

/** What is public of the evaluations of one task. `range`: of a regression's target, upper minus lower bound. */
export type NoisyForm = { learns: 'classification'; outputs: number } | { learns: 'regression'; range: number };

/** Noisy cells, in rows, with the deviation of the noise of each: they may be negative. Plain JSON. */
export interface NoisyCells {
  cells: number[];
  noiseStd: number;
}

/** An evaluation of which everything has noise. */
export interface NoisyEvaluation extends NoisyCells {
  form: NoisyForm;
  /** Noisy, at least 0. */
  rows: number;
  metrics: Metrics;
  /** ± at 95 %, of the noise alone, where it is simple to tell. */
  halfWidths: Partial<Record<MetricName | 'rows', number>>;
}

/** Works out metrics from noisy cells. Negative sums count as none only at the end, where a metric needs it, so that pooling stays without bias. */
export function noisyEvaluation(form: NoisyForm, { cells, noiseStd }: NoisyCells): NoisyEvaluation {
  const found = form.learns === 'classification' ? ofClasses(form.outputs, cells, noiseStd) : ofRegression(form.range, cells, noiseStd);
  return { form, cells, noiseStd, ...found };
}

/** Evaluations of several pods as one: cells add up, and so do the variances of their noise. **Throws** `data.empty`, `usage.invalid`. */
export function poolNoisy(list: readonly NoisyEvaluation[]): NoisyEvaluation {
  const [first] = list;
  if (!first) throw new Fault('data.empty', 'There are no evaluations to pool.');
  if (list.some(({ cells }) => cells.length !== first.cells.length)) throw new Fault('usage.invalid', 'An evaluation does not fit the others.');
  const cells = first.cells.map((_, c) => list.reduce((sum, each) => sum + each.cells[c]!, 0));
  return noisyEvaluation(first.form, { cells, noiseStd: Math.hypot(...list.map(({ noiseStd }) => noiseStd)) });
}

/** The confusion of noisy cells, no count below 0. */
export function noisyConfusion({ form, cells }: NoisyEvaluation): ConfusionMatrix | null {
  return form.learns === 'classification' ? confusionOf(form.outputs, cells).map((row) => row.map((count) => Math.max(0, count))) : null;
}

type Found = Pick<NoisyEvaluation, 'rows' | 'metrics' | 'halfWidths'>;

const z95 = 1.96;

function ofClasses(outputs: number, cells: number[], noiseStd: number): Found {
  const raw = confusionOf(outputs, cells);
  const total = sum(cells);
  const correct = raw.reduce((hits, row, k) => hits + row[k]!, 0);
  const accuracy = total > 0 ? clamp(correct / total) : null;
  const auc = outputs === 2 ? aucOf(cells) : null;
  const metrics: Metrics = { ...confusionMetrics(raw.map((row) => row.map((count) => Math.max(0, count)))), accuracy, auc, logLoss: null };
  const right = outputs === 2 ? scoreBins : outputs;
  // (c + noise)/(t + noise): the derivative is (1 − a)/t by a cell of hits and −a/t by another.
  const spread = accuracy === null ? null : (noiseStd * Math.sqrt(right * (1 - accuracy) ** 2 + (cells.length - right) * accuracy ** 2)) / total;
  return { rows: Math.max(0, Math.round(total)), metrics, halfWidths: { rows: z95 * noiseStd * Math.sqrt(cells.length), ...(spread === null ? {} : { accuracy: z95 * spread }) } };
}

/** The score bins of class 0 below the middle are right, and those of class 1 above it. */
function confusionOf(outputs: number, cells: number[]): ConfusionMatrix {
  const width = cells.length / outputs;
  return Array.from({ length: outputs }, (_, k) => {
    const row = cells.slice(k * width, (k + 1) * width);
    return outputs === 2 ? [sum(row.slice(0, scoreBins / 2)), sum(row.slice(scoreBins / 2))] : row;
  });
}

function aucOf(cells: number[]): number | null {
  const [negatives, positives] = [cells.slice(0, scoreBins), cells.slice(scoreBins)];
  if (sum(negatives) <= 0 || sum(positives) <= 0) return null;
  return clamp(aucOfCounts([{ positives, negatives }])!);
}

function ofRegression(range: number, cells: number[], noiseStd: number): Found {
  const [rows, absolute, squared, target, targetSquared] = cells as [number, number, number, number, number];
  const halfWidths = { rows: z95 * noiseStd };
  if (rows <= 0) return { rows: 0, metrics: { mae: null, rmse: null, r2: null }, halfWidths };
  const mae = clamp(absolute / rows);
  const varied = targetSquared - target ** 2 / rows;
  // The error in the target's own scale is 2t.
  const r2 = varied > 0 ? Math.min(1, 1 - (4 * Math.max(0, squared)) / varied) : null;
  const metrics: Metrics = { mae: range * mae, rmse: range * Math.sqrt(clamp(squared / rows)), r2 };
  return { rows: Math.round(rows), metrics, halfWidths: { ...halfWidths, mae: (range * z95 * noiseStd * Math.sqrt(1 + mae ** 2)) / rows } };
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
const clamp = (share: number): number => Math.min(1, Math.max(0, share));
