import { Fault } from '@podnet/errors';
import type { Answer, AnswerColumn, Cell } from '@podnet/elements';
import type { BarPlot, HeatMapPlot, LinePlot, Plot } from '@podnet/plot';

const kinds = ['bar', 'line', 'heat-map'] as const;
export type AnswerPlotKind = (typeof kinds)[number];

export interface AnswerPlotWish {
  readonly title: string;
  /** Left out, the columns decide: a matrix is a heat map, numbers and dates along the first column a line, all else bars. */
  readonly kind?: string;
}

/** A line needs places that ascend, and not more series than can be told apart. */
const mostSeries = 12;

/**
 * The plot of an answer: its first column along one axis, the numbers of the others along the other. Columns that were nulled are not drawn.
 * **Throws** `usage.unsupported` for another kind, `usage.invalid` for an answer that has no such plot.
 */
export function plotOfAnswer(answer: Answer, { title, kind }: AnswerPlotWish): Plot {
  if (kind !== undefined && !kinds.includes(kind as AnswerPlotKind)) throw new Fault('usage.unsupported', 'An answer is drawn as bar, line or heat-map.', { at: '--plot-kind' });
  const [first, ...rest] = answer.columns;
  const numbers = rest.filter(isNumeric);
  if (!first || first.nulled || numbers.length === 0) throw new Fault('usage.invalid', 'A plot needs a first column to go along and another one with numbers.', { at: '--plot', hint: 'Select the key first, then what was computed.' });
  const heading = { title, ...(answer.suppressed ? { subtitle: 'Small groups are left out: too few people stand behind them.' } : {}) };
  const chosen = kind ?? (isMatrix(first, numbers) ? 'heat-map' : placeOf(first) && ascends(first) ? 'line' : 'bar');
  if (chosen === 'heat-map') return { ...heading, ...matrixOf(first, numbers) };
  if (chosen === 'line') return { ...heading, ...linesOf(first, numbers.slice(0, mostSeries)) };
  return { ...heading, ...barsOf(first, numbers[0]!) };
}

const isNumeric = ({ type, nulled }: AnswerColumn): boolean => !nulled && (type === 'number' || type === 'integer');

/** Whole numbers beyond 2^53 come as digits; a plot has no use for the last of them. */
const numberOf = (cell: Cell | undefined): number | null => (typeof cell === 'number' ? cell : typeof cell === 'string' && /^-?\d+$/.test(cell) ? Number(cell) : null);

const labelOf = (cell: Cell | undefined): string => (cell === null || cell === undefined ? 'null' : String(cell));

/** How a cell of the first column becomes a place on an axis, if it can. */
function placeOf({ type }: AnswerColumn): ((cell: Cell) => number | null) | null {
  if (type === 'number' || type === 'integer') return numberOf;
  if (type === 'date' || type === 'datetime') return (cell) => (typeof cell === 'string' && Number.isFinite(Date.parse(cell)) ? Date.parse(cell) : null);
  return null;
}

function ascends(first: AnswerColumn): boolean {
  const places = first.values.map((cell) => placeOf(first)!(cell));
  // A few whole numbers are classes rather than a measure.
  return places.length > (first.type === 'integer' ? 12 : 2) && places.every((place, at) => place !== null && Number.isFinite(place) && (at === 0 || places[at - 1]! < place));
}

/** Names in the first column, and the same names above the others: a matrix of correlations. */
const isMatrix = (first: AnswerColumn, numbers: readonly AnswerColumn[]): boolean =>
  first.type === 'text' && numbers.length > 1 && first.values.length === numbers.length && first.values.every((cell, at) => cell === numbers[at]!.name) && numbers.every(({ values }) => values.every((cell) => Math.abs(numberOf(cell) ?? 0) <= 1.000001));

function matrixOf(first: AnswerColumn, numbers: readonly AnswerColumn[]): Omit<HeatMapPlot, 'title'> {
  const cells = first.values.map((_, row) => numbers.map(({ values }) => numberOf(values[row])));
  const known = cells.flat().filter((cell) => cell !== null && Number.isFinite(cell)) as number[];
  const most = known.reduce((largest, cell) => Math.max(largest, Math.abs(cell)), 0);
  // Zero is in the middle of the colours.
  const ends = most > 1.000001 ? { low: -most, high: most } : {};
  return { kind: 'heat-map', value: { label: isMatrix(first, numbers) ? 'correlation' : 'value' }, rows: first.values.map(labelOf), columns: numbers.map(({ name }) => name), cells, ...ends };
}

function linesOf(first: AnswerColumn, numbers: readonly AnswerColumn[]): Omit<LinePlot, 'title'> {
  const place = placeOf(first);
  if (!place) throw new Fault('usage.invalid', 'A line needs numbers or dates in the first column.', { at: '--plot-kind', hint: 'Draw bars instead.' });
  // Rows without a place have none on the line; two rows of one place would be one point with two values.
  const rows = first.values.map((cell, row) => ({ x: place(cell), row })).filter((each): each is { x: number; row: number } => each.x !== null && Number.isFinite(each.x)).sort((a, b) => a.x - b.x);
  if (rows.some(({ x }, at) => at > 0 && rows[at - 1]!.x === x)) throw new Fault('usage.invalid', 'A line needs each value of the first column once.', { at: '--plot-kind', hint: 'Group by the first column alone.' });
  const dated = first.type === 'date' || first.type === 'datetime';
  return {
    kind: 'line',
    x: { label: first.name, of: dated ? 'date' : 'number' },
    y: { label: numbers.length === 1 ? numbers[0]!.name : 'value' },
    series: numbers.map(({ name, values }) => ({ name: numbers.length === 1 ? '' : name, points: rows.map(({ x, row }) => ({ x, y: numberOf(values[row]) })) })),
  };
}

function barsOf(first: AnswerColumn, numbers: AnswerColumn): Omit<BarPlot, 'title'> {
  return { kind: 'bar', x: { label: first.name }, y: { label: numbers.name }, bars: first.values.map((cell, row) => ({ label: labelOf(cell), value: numberOf(numbers.values[row]) })) };
}
