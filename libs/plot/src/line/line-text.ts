import { axisTitle } from '../axis.ts';
import { axisLines, axisName, marginOf, marginWidth, tickRows } from '../text/axis-line.ts';
import { makeCanvas } from '../text/canvas.ts';
import type { Pen } from '../text/pen.ts';
import { isMissing, isSuppressed } from '../value.ts';
import type { Lines, Point, Series } from './line-plot.ts';
import { lineScales } from './line-scales.ts';
import { bandsOf, runsOf, type Spot } from './runs.ts';

const height = 14;

export function lineText(plot: Lines, pen: Pen): { lines: string[] } {
  if (plot.series.every(({ points }) => points.length === 0)) return { lines: ['no data'] };
  const scales = lineScales(plot, Math.max(2, Math.floor(pen.width / 18)), 5);
  const margin = marginWidth(scales.y, pen);
  const width = pen.width - margin;
  const stepped = plot.kind === 'curve' && plot.stepped === true;
  const series = plot.series as readonly Series[];
  // Without colours several braille lines cannot be told apart, marks can.
  const canvas = makeCanvas(width, height, pen.unicode && (pen.colour || series.length === 1), pen);
  const at = ({ x, y }: Spot): [number, number] => [scales.x.at(x), scales.y.at(y)];

  series.forEach(({ points }, index) => {
    if (plot.kind === 'curve') for (const { low, high } of bandsOf(points, stepped)) shadeBand(low, high, index);
    for (const run of runsOf(points, stepped)) {
      canvas.dot(at(run[0]!), index);
      run.slice(1).forEach((spot, before) => canvas.line(at(run[before]!), at(spot), index));
    }
  });

  function shadeBand(low: Spot[], high: Spot[], index: number): void {
    for (let column = 0; column < width; column++) {
      const x = column / (width - 1);
      const [bottom, top] = [heightAt(low, x), heightAt(high, x)];
      if (bottom !== null && top !== null) canvas.shade(x, bottom, top, index);
    }
  }

  function heightAt(spots: Spot[], x: number): number | null {
    const places = spots.map(at);
    const next = places.findIndex(([place]) => place >= x);
    if (next < 0 || (next === 0 && places[0]![0] > x + 0.5 / width)) return null;
    const [[x0, y0], [x1, y1]] = [places[Math.max(0, next - 1)]!, places[next]!];
    return x1 > x0 ? y0 + ((y1 - y0) * (x - x0)) / (x1 - x0) : y1;
  }

  for (const { points } of series) points.forEach(({ x, y }, index) => isSuppressed(y) && hatchAround(scales.x.at(x), [points[index - 1], points[index + 1]]));

  /** Half the way to the neighbours: the value could be anything there. */
  function hatchAround(place: number, neighbours: readonly (Point | undefined)[]): void {
    const half = Math.min(3 / width, ...neighbours.map((next) => (next ? Math.abs(scales.x.at(next.x) - place) / 2 : Infinity)));
    canvas.hatch(Math.max(0, place - half), Math.min(1, place + half));
  }

  const ticks = tickRows(scales.y, height);
  const rows = canvas.rows().map((row, fromTop) => marginOf(height - 1 - fromTop, ticks, margin, pen) + row);
  const [line, labels] = axisLines(scales.x, width, margin, pen);
  // What has no value is told on the axis: nothing can be drawn above it.
  const axis = [...line];
  for (const { points } of series) {
    for (const { x, y } of points) {
      const place = Math.round(scales.x.at(x) * (width - 1));
      if (isMissing(y)) axis[place] = pen.glyphs.missing;
    }
  }
  return { lines: [pen.paint('muted', pen.fit(axisTitle(plot.y), pen.width)), ...rows, ' '.repeat(margin - 1) + pen.glyphs.corner + axis.join(''), labels, axisName(axisTitle(plot.x), width, margin, pen)] };
}
