import { niceScale, type Scale } from '../scale.ts';
import { timeScale } from '../time-scale.ts';
import { heightsOf, type Lines } from './line-plot.ts';

export function lineScales(plot: Lines, aboutX: number, aboutY: number): { x: Scale; y: Scale } {
  const places = plot.series.flatMap(({ points }) => points.map(({ x }) => x));
  const x = plot.x.of === 'date' ? timeScale(places, aboutX) : niceScale(places, { tight: true, about: aboutX });
  return { x, y: niceScale(heightsOf(plot), { about: aboutY }) };
}
