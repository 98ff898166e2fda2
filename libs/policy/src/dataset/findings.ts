import type { Analysis, CarrierDemand, Checkpoint, MeasuredDemand } from '@podnet/plan';
import { plainText, printable } from '../printable.ts';
import type { Finding, Ground } from './rules/rule-kind.ts';

/**
 * What stands in the way of an answer made of crowds of `minSize`. What the plan alone decides is named in every place. What was counted is
 * named in one place for each reason, the first of the plan: a plan with five hundred conditions must not learn five hundred bits from one
 * refusal. No sentence has a count in it, and nobody and one look alike.
 */
export function findingsOf(minSize: number, ground: Ground): Finding[] {
  const { measurement } = ground.facts;
  const byPlan = [...refusals(ground), ...singleRows(ground), ...orderStatistics(ground), ...uncounted(ground)];
  if (measurement === null) return byPlan;
  return [...byPlan, ...tooFew(minSize, ground, byPlan.some(({ id }) => id === singleRowsId)), ...near(ground), ...told(ground)];
}

const singleRowsId = 'single-rows';

function refusals({ dataset, facts: { analysis } }: Ground): Finding[] {
  const own = analysis.refusals.filter(({ datasets }) => datasets.includes(dataset));
  return own.map(({ rule, says, wouldPass, at }) => ({ id: rule, says, wouldPass, at }));
}

/** Rows of single units are too few at any size. With several datasets, only counting tells whose they are. */
function singleRows({ dataset, facts: { analysis } }: Ground): Finding[] {
  if (analysis.level !== 'rows' || analysis.datasets.length !== 1 || analysis.datasets[0] !== dataset) return [];
  return [{ id: singleRowsId, says: 'The answer has rows that stand for one privacy unit each.', wouldPass: 'Aggregates over groups, or over the whole, instead of rows.', at: '$' }];
}

function orderStatistics({ dataset, policy, facts: { analysis } }: Ground): Finding[] {
  if (policy.orderStatistics === 'allow') return [];
  const places = new Set(demandsOf(analysis, dataset).flatMap(({ demand }) => (demand.orderStatistic ? [placeOf(analysis, demand)] : [])));
  return [...places].map((at) => ({
    id: 'order-statistics',
    says: `A minimum, maximum, median, quantile, mode, first or last is the value of somebody, which the policy of ${printable(dataset)} does not release.`,
    wouldPass: 'Means, sums, counts and deviations.',
    at,
  }));
}

/** No plan that was read is like this: whoever stands under it is counted somewhere, or refused. */
function uncounted({ dataset, facts: { analysis } }: Ground): Finding[] {
  if (!analysis.datasets.includes(dataset) || demandsOf(analysis, dataset).length > 0 || analysis.refusals.some(({ datasets }) => datasets.includes(dataset))) return [];
  return [{ id: 'uncounted', says: `Nothing counts who of ${printable(dataset)} stands behind the answer.`, wouldPass: 'Another way to ask the same.', at: '$' }];
}

function tooFew(minSize: number, ground: Ground, rowsAreSingle: boolean): Finding[] {
  const { dataset, facts: { analysis, measurement } } = ground;
  const crowd = `${minSize} privacy units of ${printable(dataset)}`;
  // The places of a plan are compared as a person reads it: the order of the checkpoints is that of the steps.
  const failed = demandsOf(analysis, dataset).filter(({ demand, checkpoint, index }) => !suffices(demand, measurement?.checkpoints[checkpoint]?.demands[index], minSize));
  const every = failed.find(({ demand }) => demand.demand === 'every');
  const side = failed.find(({ demand }) => demand.demand !== 'every');
  return [
    ...(every === undefined || rowsAreSingle ? [] : [{
      id: 'too-few',
      says: `Something in the answer stands for fewer than ${crowd}.`,
      wouldPass: `Groups of at least ${crowd}, by fewer or coarser keys or a wider filter.`,
      at: placeOf(analysis, every.demand),
    }]),
    ...(side === undefined ? [] : [{
      id: 'side-too-few',
      says: `A condition inside an aggregate cuts off fewer than ${crowd}.`,
      wouldPass: `A condition that cuts off nobody or at least ${crowd} in every group, on both sides.`,
      at: placeOf(analysis, side.demand),
    }]),
  ];
}

/** Nobody is not enough for `every`; what was not counted is not enough for anything. */
function suffices({ demand }: CarrierDemand, measured: MeasuredDemand | undefined, minSize: number): boolean {
  if (measured === undefined) return false;
  const { smallest, total } = measured;
  if (demand === 'every') return total !== null && total.units >= minSize && (smallest === null || smallest.units >= minSize);
  return smallest === null || (smallest.units === 0 && !smallest.atLeast) || smallest.units >= minSize;
}

function near({ dataset, policy: { difference }, facts: { measurement } }: Ground): Finding[] {
  const isNear = (distance: number | null): boolean => distance === null || !(distance >= (difference?.minSize ?? 0));
  if (difference === null || !measurement?.differences.some((miss) => miss.dataset === dataset && isNear(miss.distance))) return [];
  return [{
    id: 'difference',
    says: `The answer differs from another that you had, or from the whole of ${printable(dataset)}, by fewer than ${difference.minSize} privacy units.`,
    wouldPass: `An answer about the same privacy units as before, or about at least ${difference.minSize} others.`,
  }];
}

function told({ dataset, policy, facts: { measurement } }: Ground): Finding[] {
  const dominated = policy.dominance === null ? undefined : measurement?.dominated.find((one) => one.dataset === dataset);
  const homogeneous = policy.homogeneity === 'allow' ? undefined : measurement?.homogeneous.find((one) => one.dataset === dataset);
  return [
    ...(dominated === undefined ? [] : [{ id: 'dominance', says: `In ${printable(dominated.column)} a few privacy units make up nearly all of a sum.`, wouldPass: 'Sums over larger groups, or of a clipped value.' }]),
    ...(homogeneous === undefined ? [] : [{ id: 'homogeneity', says: `In ${printable(homogeneous.column)} a group is all alike, so that everybody's value in it is known.`, wouldPass: 'Larger groups.' }]),
  ];
}

/** Demands on carriers of one dataset, in the order of the plan's steps. */
export function demandsOf(analysis: Analysis, dataset: string): { demand: CarrierDemand; checkpoint: number; index: number }[] {
  return analysis.checkpoints.flatMap(({ demands }: Checkpoint, checkpoint) =>
    demands.flatMap((demand, index) => (analysis.carriers[demand.carrier]?.dataset === dataset ? [{ demand, checkpoint, index }] : [])));
}

/** Where the carrier was born: its expression when it has one, else its node. */
function placeOf(analysis: Analysis, { carrier }: CarrierDemand): string {
  const born = analysis.carriers[carrier];
  return plainText(born?.expression ?? born?.node ?? '$');
}
