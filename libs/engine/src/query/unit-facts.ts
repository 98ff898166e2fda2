import type { Frame, Polars } from '../polars.ts';
import type { UnitFacts } from './query-work.ts';
import type { Scanned } from './scanning.ts';

/** Facts by dataset and version: a version names the content, so they never go stale. The latest ones are kept. */
export class KnownUnits {
  private readonly facts = new Map<string, UnitFacts>();

  of(key: string, find: () => UnitFacts): UnitFacts {
    const known = this.facts.get(key) ?? find();
    this.facts.delete(key);
    this.facts.set(key, known);
    if (this.facts.size > mostKept) this.facts.delete(this.facts.keys().next().value!);
    return known;
  }
}

const mostKept = 100;

/** Counts the units of a scanned dataset. Rows that are their own units need no counting. */
export function findUnitFacts(pl: Polars, { frame, unit, rows }: Scanned, byRow: boolean, collect: (frame: Frame) => ReturnType<Frame['collectSync']>): UnitFacts {
  if (byRow) return { most: 1, units: rows() };
  const [found] = collect(frame.groupBy([unit!], false).agg(pl.len().alias('n')).select(pl.col('n').max().alias('most'), pl.len().alias('units'))).toRecords();
  return { most: Number(found?.['most'] ?? 1), units: Number(found?.['units'] ?? 0) };
}
