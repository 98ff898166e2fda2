import type { Analysis, CarrierDemand, Feature } from '../obligations.ts';
import type { ReferenceRun } from './run.ts';
import type { HiddenRow } from './table.ts';

/** The parts of a dataset's policy that counts decide. The rest (roles, handling, rounding, suppression) is not the plan's. */
export interface CountingRules {
  readonly minSize: number;
  readonly orderStatistics: 'refuse' | 'allow';
  /** Sets released before to the same modeller, and every dataset as a whole; absent: the difference rule is off. */
  readonly released?: readonly ReleasedSet[];
}

/** A set of units of a dataset that an answer was about. */
export interface ReleasedSet {
  readonly dataset: string;
  readonly feature: string;
  readonly units: ReadonlySet<string>;
}

export interface Failure {
  /** `refused`: by the plan alone; the others name what was counted. */
  readonly why: 'refused' | 'too-few-units' | 'side-too-small' | 'order-statistics' | 'difference';
  readonly dataset: string;
  /** Smallest number of units found. For the custodian's eyes, never for an error. */
  readonly units: number | null;
}

export interface Judgement {
  readonly released: boolean;
  readonly failures: readonly Failure[];
  /** What would have to be remembered when the answer is released. */
  readonly sets: readonly ReleasedSet[];
}

/** Judges a run by counting, as a policy of one `aggregation` rule would. The word for it is in the design; this is its slowest reading. */
export function judgeRun(analysis: Analysis, run: ReferenceRun, rules: CountingRules): Judgement {
  const failures: Failure[] = analysis.refusals.map(({ datasets }) => ({ why: 'refused', dataset: datasets.join(', '), units: null }));
  const sets: (ReleasedSet & OfRow)[] = [];
  for (const { index, rows } of run.checked) {
    for (const demand of analysis.checkpoints[index]!.demands) {
      const { dataset, feature } = analysis.carriers[demand.carrier]!;
      if (demand.orderStatistic && rules.orderStatistics === 'refuse') failures.push({ why: 'order-statistics', dataset, units: null });
      for (const { units: counted, row } of countedSets(demand, rows)) {
        if (counted.size < rules.minSize && !(demand.demand === 'each-side' && counted.size === 0)) {
          failures.push({ why: demand.demand === 'each-side' ? 'side-too-small' : 'too-few-units', dataset, units: counted.size });
        }
        sets.push({ dataset, feature: featureName(feature), units: counted, carrier: demand.carrier, row });
      }
    }
  }
  for (const set of rules.released === undefined ? [] : sets) {
    const smallest = Math.min(...[...rules.released!, ...sets.filter((other) => standTogether(set, other))].filter(({ dataset, feature }) => dataset === set.dataset && feature === set.feature).map(({ units }) => distance(units, set.units)).filter((size) => size > 0), Infinity);
    if (smallest < rules.minSize) failures.push({ why: 'difference', dataset: set.dataset, units: smallest });
  }
  return { released: failures.length === 0, failures, sets: sets.map(({ dataset, feature, units }) => ({ dataset, feature, units })) };
}

interface OfRow {
  readonly carrier: number;
  /** Null: all rows together. */
  readonly row: number | null;
}

/** Two aggregates of one row are two answers: a sum over men and a sum over men but one. */
const standTogether = (a: OfRow, b: OfRow): boolean => a.carrier !== b.carrier && (a.row === b.row || a.row === null || b.row === null);

/** Every set that a demand speaks of: of each row that has the carrier, and of all rows together. */
function countedSets({ carrier, demand }: CarrierDemand, rows: readonly HiddenRow[]): { units: ReadonlySet<string>; row: number | null }[] {
  const ofRows = rows.flatMap((row, index) => (row.units.has(carrier) ? [{ units: row.units.get(carrier)!, row: index }] : []));
  if (demand === 'every') return [...ofRows, { units: new Set(ofRows.flatMap(({ units }) => [...units])), row: null }];
  return ofRows.flatMap(({ units, row }) => {
    const sides = new Map<string, Set<string>>();
    for (const entry of units) {
      const [side, unit] = JSON.parse(entry) as [string, string];
      sides.set(side, (sides.get(side) ?? new Set()).add(unit));
    }
    return [...sides.values()].map((set) => ({ units: set, row }));
  });
}

const featureName = (feature: Feature): string => (feature === 'people' ? feature : JSON.stringify(feature.valuesOf));

/** Number of units in one of two sets only. */
export const distance = (a: ReadonlySet<string>, b: ReadonlySet<string>): number => [...a].filter((unit) => !b.has(unit)).length + [...b].filter((unit) => !a.has(unit)).length;
