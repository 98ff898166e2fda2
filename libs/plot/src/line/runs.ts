import { known } from '../value.ts';
import { hasBand, type BandPoint } from './line-plot.ts';

export interface Spot {
  readonly x: number;
  readonly y: number;
}

/** Stretches of points without a gap: a line never runs over what is suppressed or missing. */
export function runsOf(points: readonly BandPoint[], stepped: boolean): Spot[][] {
  return stretches(points, (point) => known(point.y) !== null).map((run) => corners(run.map(({ x, y }) => ({ x, y: known(y)! })), stepped));
}

/** The low and high side of each stretch that has a band. A band is of a value: where that is a gap, so is the band. */
export function bandsOf(points: readonly BandPoint[], stepped: boolean): { low: Spot[]; high: Spot[] }[] {
  return stretches(points, (point) => known(point.y) !== null && hasBand(point)).map((run) => ({
    low: corners(run.map(({ x, low }) => ({ x, y: low! })), stepped),
    high: corners(run.map(({ x, high }) => ({ x, y: high! })), stepped),
  }));
}

function stretches(points: readonly BandPoint[], belongs: (point: BandPoint) => boolean): BandPoint[][] {
  const runs: BandPoint[][] = [];
  let open = false;
  for (const point of points) {
    if (!belongs(point)) open = false;
    else if (open) runs.at(-1)!.push(point);
    else {
      runs.push([point]);
      open = true;
    }
  }
  return runs;
}

const corners = (spots: Spot[], stepped: boolean): Spot[] => (stepped ? spots.flatMap((spot, at) => (at === 0 ? [spot] : [{ x: spot.x, y: spots[at - 1]!.y }, spot])) : spots);
