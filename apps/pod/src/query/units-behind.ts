import type { Analysis, Measurement, UnitCount } from '@podnet/plan';
import type { UnitsBehind } from './query-record.ts';

/** The smallest crowd behind any released row, and the units of all rows, for each dataset. For the custodian's eyes. */
export function unitsBehind(analysis: Analysis, measurement: Measurement): UnitsBehind[] {
  const kinds = new Map(analysis.carriers.map((carrier) => [carrier.id, carrier]));
  return analysis.datasets.map((dataset) => {
    let smallest: UnitCount | null = null;
    let total: UnitCount | null = null;
    for (const [at, { demands }] of analysis.checkpoints.entries()) {
      for (const [index, { carrier, demand }] of demands.entries()) {
        if (kinds.get(carrier)?.dataset !== dataset) continue;
        const measured = measurement.checkpoints[at]?.demands[index];
        if (!measured) continue;
        smallest = least(smallest, measured.smallest);
        if (demand === 'every') total = least(total, measured.total);
      }
    }
    return { dataset, smallest, total };
  });
}

const least = (a: UnitCount | null, b: UnitCount | null): UnitCount | null => (a === null || (b !== null && b.units < a.units) ? b : a);
