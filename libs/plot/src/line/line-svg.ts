import { element, pathOf } from '../svg/element.ts';
import { missingSign } from '../svg/legend.ts';
import { nothingToDraw, positionFrame, type PositionFrame } from '../svg/position-frame.ts';
import type { Sheet } from '../svg/sheet.ts';
import { seriesColour, seriesDash } from '../svg/theme.ts';
import { isSuppressed, known } from '../value.ts';
import { lineScales } from './line-scales.ts';
import type { Lines, Series } from './line-plot.ts';
import { bandsOf, runsOf, type Spot } from './runs.ts';

export function lineSvg(plot: Lines, sheet: Sheet): { marks: string[] } {
  if (plot.series.every(({ points }) => points.length === 0)) return { marks: [nothingToDraw(sheet, 'no data')] };
  const { area, palette } = sheet;
  const scales = lineScales(plot, Math.max(2, Math.floor((area.right - area.left) / 90)), 5);
  const frame = positionFrame(sheet, { axis: plot.x, scale: scales.x }, { axis: plot.y, scale: scales.y });
  const stepped = plot.kind === 'curve' && plot.stepped === true;
  const at = ({ x, y }: Spot): [number, number] => [frame.x(x), frame.y(y)];
  const series = plot.series as readonly Series[];

  const bands = plot.kind === 'line' ? [] : series.flatMap(({ points }, index) => bandsOf(points, stepped).map(({ low, high }) =>
    element('path', { class: 'band', d: `${pathOf([...high.map(at), ...low.map(at).reverse()])}Z`, fill: seriesColour(palette, index), 'fill-opacity': 0.18 })));
  const lines = series.flatMap(({ points }, index) => {
    const colour = seriesColour(palette, index);
    const runs = runsOf(points, stepped);
    const dotted = plot.kind === 'line' && points.length <= (frame.inner.right - frame.inner.left) / 8;
    return [
      ...runs.filter((run) => run.length > 1).map((run) => element('path', { class: 'line', d: pathOf(run.map(at)), fill: 'none', stroke: colour, 'stroke-width': 2, 'stroke-linejoin': 'round', 'stroke-dasharray': seriesDash(index) })),
      // A point without neighbours would not be seen otherwise.
      ...runs.filter((run) => dotted || run.length === 1).flat().map((spot) => element('circle', { class: 'point', cx: at(spot)[0], cy: at(spot)[1], r: 3, fill: colour, stroke: palette.paper })),
    ];
  });
  return { marks: [...frame.marks, ...bands, ...series.flatMap(({ points }) => gapMarks(points, frame, sheet)), ...lines] };
}

/** A suppressed value is hatched from bottom to top, half the way to its neighbours: it could be anything. */
function gapMarks(points: Series['points'], frame: PositionFrame, sheet: Sheet): string[] {
  return points.flatMap(({ x, y }, at) => {
    if (known(y) !== null) return [];
    if (!isSuppressed(y)) return [missingSign(frame.x(x), frame.inner.bottom - 9, sheet.palette)];
    const half = Math.min(...[points[at - 1], points[at + 1]].map((next) => (next ? Math.abs(frame.x(next.x) - frame.x(x)) / 2 : Infinity)), 40);
    const left = Math.max(frame.inner.left, frame.x(x) - half);
    const right = Math.min(frame.inner.right, frame.x(x) + half);
    return [element('rect', { class: 'suppressed', x: left, y: frame.inner.top, width: Math.max(1, right - left), height: frame.inner.bottom - frame.inner.top, fill: sheet.hatch, 'fill-opacity': 0.6 })];
  });
}
