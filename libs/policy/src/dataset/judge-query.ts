import { unsafeHandlings, type DatasetPolicy, type UnsafeHandling } from './dataset-policy.ts';
import type { QueryCheck, QueryFacts, QueryJudgement } from './query-judgement.ts';
import { lookAtRule } from './rules/registry.ts';

/**
 * What the policies of all datasets under a plan say to one query. Pure; the pod carries it out. All have to pass; where some do not, the strictest handling
 * among them counts, with the reasons of each. A plan over no dataset at all is permitted: nobody's data is in it.
 *
 * **Throws** never.
 */
export function judgeQuery(query: QueryFacts): QueryJudgement {
  const looked = [...query.policies].map(([dataset, policy]) => lookAtDataset(query, dataset, policy));
  // A dataset whose policy nobody brought is not judged to be open.
  const unknown = query.analysis.datasets.filter((dataset) => !query.policies.has(dataset)).map((dataset): QueryCheck => ({ id: `dataset.${dataset}.policy`, dataset, passed: false, says: 'The policy of the dataset is not known.', wouldPass: 'Asking the custodian' }));
  const checks = [...looked.flatMap((each) => each.checks), ...unknown];
  const failed = looked.filter(({ passed }) => !passed);
  const isOver = unknown.length > 0 || looked.some(({ limited }) => limited);
  const handling = isOver ? 'reject' : strictest(failed.map(({ handling }) => handling));
  const decision = handling === null || handling === 'log' ? 'permit' : handling === 'review' ? 'review' : 'deny';
  return {
    decision,
    code: decision === 'permit' ? 'permitted' : decision === 'review' ? 'policy.review' : 'policy.denied',
    checks,
    wouldPass: [...new Set(checks.filter(({ passed, id }) => !passed && !isGroup(id)).flatMap(({ wouldPass }) => (wouldPass ? [wouldPass] : [])))],
    handling,
    warnings: handling === 'log' ? failed.map(({ dataset }) => `The answer is outside the safe zone of ${dataset}; it was released all the same, and its custodian was told.`) : [],
  };
}

interface Looked {
  readonly dataset: string;
  readonly passed: boolean;
  /** The number of queries for today is used up, which no handling softens. */
  readonly limited: boolean;
  readonly handling: UnsafeHandling;
  readonly checks: readonly QueryCheck[];
}

function lookAtDataset(query: QueryFacts, dataset: string, policy: DatasetPolicy): Looked {
  const id = `dataset.${dataset}.safe-zone`;
  const zone = lookAtRule(policy.safeZone, { query, dataset, policy, id: 'of' in policy.safeZone ? id : `${id}.${policy.safeZone.rule}`, uncounted: false });
  const { queriesPerDay } = policy;
  const limited = queriesPerDay !== null && (query.answered.get(dataset) ?? 0) >= queriesPerDay;
  const limit: QueryCheck[] = queriesPerDay === null ? [] : [{
    id: `dataset.${dataset}.queries`, dataset, passed: !limited,
    says: limited ? `${queriesPerDay} queries were answered in the last 24 hours, which is the limit.` : `Fewer than ${queriesPerDay} queries were answered in the last 24 hours.`,
    ...(limited ? { wouldPass: 'The same query later; a question that was answered before is answered again' } : {}),
  }];
  return { dataset, passed: zone.passed && !limited, limited, handling: policy.unsafeHandling, checks: [...zone.checks, ...limit] };
}

/** Ids of groups end in no name of a rule that is looked at itself. */
const isGroup = (id: string): boolean => /safe-zone$|\.(all-of|any-of|at-least)$/.test(id);

const strictest = (list: readonly UnsafeHandling[]): UnsafeHandling | null => list.reduce<UnsafeHandling | null>((most, one) => (most === null || unsafeHandlings.indexOf(one) > unsafeHandlings.indexOf(most) ? one : most), null);
