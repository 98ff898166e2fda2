import type { Analysis, Carrier, CarrierKind, Checkpoint, MeasuredDemand } from '@podnet/plan';
import type { QueryCheck } from '../query-judgement.ts';
import type { RuleFacts, RuleKind, RuleOf } from './rule-kind.ts';

interface Failure {
  readonly says: string;
  readonly wouldPass: string;
  readonly at?: string;
}

/**
 * Enough privacy units behind everything that leaves, by the contribution analysis of the plan. The protections that the policy names beside the safe zone
 * (order statistics, difference, dominance, homogeneity) belong to it: what they guard against is looking at single units through many.
 * Sentences name the threshold and the place, never what was counted; nobody behind a row and somebody look alike.
 */
export const aggregation: RuleKind<RuleOf<'aggregation'>> = {
  look({ minSize }, facts) {
    const { id, dataset, query } = facts;
    const failures = facts.uncounted ? [{ says: 'Counting is not looked at.', wouldPass: '' }] : distinct([...refused(facts), ...rowLevel(facts, minSize), ...orderStatistics(facts), ...counted(facts, minSize), ...measured(facts)]);
    if (failures.length > 0) return { passed: false, checks: failures.map((failure): QueryCheck => ({ id, dataset, passed: false, ...failure })) };
    const says = query.measurement === null && asks(query.analysis, dataset)
      ? `Whether at least ${minSize} privacy units stand behind every row and every side of a condition is counted when the query runs.`
      : `At least ${minSize} privacy units stand behind every row and every side of a condition.`;
    return { passed: true, checks: [{ id, dataset, passed: true, says }] };
  },
  print: ({ minSize }) => `answers with at least ${minSize} privacy units behind every row`,
  implies: (one, other) => one.minSize >= other.minSize,
};

const asks = ({ checkpoints, carriers }: Analysis, dataset: string): boolean => checkpoints.some(({ demands }) => demands.some(({ carrier }) => carriers[carrier]!.dataset === dataset));

/** What the plan alone makes impossible to count. */
const refused = ({ query, dataset }: RuleFacts): Failure[] => query.analysis.refusals.filter(({ datasets }) => datasets.includes(dataset)).map(({ says, wouldPass, at }) => ({ says, wouldPass, at }));

/** Rows of single units: known before anything is counted where no other dataset is in the answer. */
function rowLevel({ query: { analysis, measurement } }: RuleFacts, minSize: number): Failure[] {
  if (measurement !== null || minSize < 2 || analysis.level !== 'rows' || analysis.datasets.length !== 1) return [];
  return [{ says: 'Rows of the answer stand for one privacy unit each.', wouldPass: `Aggregates over at least ${minSize} privacy units, as by groupBy(…).agg(…)`, at: '$' }];
}

function orderStatistics({ query: { analysis }, dataset, policy }: RuleFacts): Failure[] {
  if (policy.orderStatistics === 'allow') return [];
  const found = demandsOf(analysis, dataset).filter(({ demand }) => demand.orderStatistic);
  return found.map(({ carrier }) => ({ says: 'An order statistic (minimum, maximum, first, last, median, quantile, mode) is the value of somebody.', wouldPass: 'Counts, sums, means and deviations', at: carrier.expression ?? carrier.node }));
}

function counted({ query: { analysis, measurement }, dataset }: RuleFacts, minSize: number): Failure[] {
  if (measurement === null) return [];
  return demandsOf(analysis, dataset).flatMap(({ carrier, checkpoint, index, place, demand }): Failure[] => {
    const found = measurement.checkpoints[index]?.demands[place];
    // What was not counted is not safe.
    if (found !== undefined && isMet(found, demand.demand, minSize)) return [];
    return [{ ...sayings[carrier.kind](minSize), at: placeOf(carrier, checkpoint) }];
  });
}

function isMet({ smallest, total }: MeasuredDemand, demand: 'every' | 'each-side', minSize: number): boolean {
  const rows = smallest === null || smallest.units >= minSize;
  return demand === 'each-side' ? rows : rows && total !== null && total.units >= minSize;
}

/** For one person's rows the place is where they leave; else the expression at fault. */
const placeOf = (carrier: Carrier, checkpoint: Checkpoint): string => (carrier.kind === 'scan' ? checkpoint.node : (carrier.expression ?? carrier.node));

const sayings: Record<CarrierKind, (minSize: number) => Failure> = {
  scan: (minSize) => ({ says: `Fewer than ${minSize} privacy units stand behind a row of the answer, or behind all of it.`, wouldPass: `Coarser groups, each with at least ${minSize} privacy units` }),
  contributors: (minSize) => ({ says: `Fewer than ${minSize} privacy units have a value in this aggregate.`, wouldPass: `Groups in which at least ${minSize} privacy units have a value` }),
  side: (minSize) => ({ says: `A condition inside this aggregate sets apart fewer than ${minSize} privacy units.`, wouldPass: `Conditions that hold for at least ${minSize} privacy units and do not for as many, or for nobody` }),
  alike: (minSize) => ({ says: `A value that is counted here belongs to fewer than ${minSize} privacy units.`, wouldPass: `Numbers of different values that each belong to at least ${minSize} privacy units` }),
  sharing: (minSize) => ({ says: `Fewer than ${minSize} privacy units share the value of this order statistic.`, wouldPass: 'Counts, sums, means and deviations' }),
  window: (minSize) => ({ says: `A window has fewer than ${minSize} privacy units.`, wouldPass: `Windows with at least ${minSize} privacy units` }),
};

/** What the executor found where the policy asked it to look. */
function measured({ query: { measurement }, dataset, policy }: RuleFacts): Failure[] {
  if (measurement === null) return [];
  const { difference, dominance, homogeneity } = policy;
  const failures: Failure[] = [];
  if (difference && measurement.differences.some((near) => near.dataset === dataset)) {
    failures.push({ says: `This answer and what you were given before, or the whole dataset, differ by fewer than ${difference.minSize} privacy units.`, wouldPass: 'The same groups as before, or groups that differ by more' });
  }
  if (dominance && measurement.dominated.some((found) => found.dataset === dataset)) {
    failures.push({ says: `In a sum the ${dominance.top === 1 ? 'largest privacy unit holds' : `${dominance.top} largest privacy units hold`} more than ${dominance.percent} %.`, wouldPass: 'Coarser groups' });
  }
  if (homogeneity === 'refuse' && measurement.homogeneous.some((found) => found.dataset === dataset)) {
    failures.push({ says: 'All privacy units of a group have the same value, so that it would be known of each of them.', wouldPass: 'Coarser groups' });
  }
  return failures;
}

function demandsOf({ checkpoints, carriers }: Analysis, dataset: string) {
  return checkpoints.flatMap((checkpoint, index) => checkpoint.demands.map((demand, place) => ({ checkpoint, index, place, demand, carrier: carriers[demand.carrier]! }))).filter(({ carrier }) => carrier.dataset === dataset);
}

const distinct = (failures: readonly Failure[]): Failure[] => [...new Map(failures.map((failure) => [JSON.stringify(failure), failure])).values()];
