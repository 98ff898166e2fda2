import type { PodConfig, TaskPayload } from '@podnet/contracts';
import { tripleFacts } from '@podnet/elements';
import { isFault } from '@podnet/errors';
import type { Ceiling, Facts, GrantFacts, TripleFacts } from '@podnet/policy';
import type { OpenedAssignment } from '../envelope/open-assignment.ts';

/** The custodian's own limits, as `decide` reads them. */
export function ceilingOf({ ceiling }: PodConfig): Ceiling {
  return {
    role: ceiling.role,
    allowElements: ceiling.elements?.allow,
    denyElements: ceiling.elements?.deny,
    epsilon: ceiling.epsilon,
    delta: ceiling.delta,
    modellers: ceiling.modellers,
    minPods: ceiling.min_pods,
    differentialPrivacy: ceiling.differential_privacy,
    secureAggregation: ceiling.secure_aggregation,
  };
}

/** The grant that the hub vouches for, or null when it names no role. */
export function grantFactsOf({ grant }: OpenedAssignment, isRevoked: (grantId: string) => boolean): GrantFacts | null {
  if (grant.role === null || grant.grantId === null) return null;
  return {
    grantId: grant.grantId,
    role: grant.role,
    dataset: grant.dataset,
    startsAt: grant.startsAt,
    endsAt: grant.endsAt,
    revoked: isRevoked(grant.grantId),
    extraModels: grant.extras.models,
    extraElements: grant.extras.elements,
    epsilonLimit: grant.epsilonLimit,
  };
}

/** What the elements say of themselves. Parameters that cannot be read count as the worst that they could ask for. */
export function tripleFactsOf({ protocol, algorithm, model }: Pick<TaskPayload, 'protocol' | 'algorithm' | 'model'>): TripleFacts {
  try {
    return tripleFacts({ protocol, algorithm, model });
  } catch (error) {
    if (!isFault(error)) throw error;
    return tripleFacts({ protocol, algorithm: { name: algorithm.name, version: algorithm.version }, model });
  }
}

export interface FactsOptions {
  config: PodConfig;
  podId: string;
  policyHash: string;
  now: number;
}

/** Everything about an opened assignment but what its grant has expended, which is looked up in the moment of the decision. */
export function factsOf(opened: OpenedAssignment, grant: GrantFacts | null, { config, podId, policyHash, now }: FactsOptions): Omit<Facts, 'expendedEpsilon' | 'grantBudget' | 'datasetBudget' | 'isAnswered'> {
  const { payload, asker } = opened;
  return {
    by: 'pod',
    now,
    pod: { podId, name: config.name, ceiling: ceilingOf(config) },
    dataset: payload.dataset,
    asker: { userId: asker.userId, email: asker.email, fingerprints: [asker.fingerprint], isCustodian: asker.isCustodian },
    grant,
    triple: tripleFactsOf(payload),
    privacy: payload.privacy,
    pods: { count: payload.podCount },
    secureAggregation: payload.secureAggregation,
    policyHash,
  };
}

/** Facts about somebody for whom the hub knows of no role. */
export function strangerFacts(stranger: { userId: string; dataset: string }, { config, podId, policyHash, now }: FactsOptions): Facts {
  const nothing = { asked: '', found: null };
  return {
    by: 'pod',
    now,
    pod: { podId, name: config.name, ceiling: {} },
    dataset: stranger.dataset,
    asker: { userId: stranger.userId, email: '', fingerprints: [], isCustodian: false },
    grant: null,
    triple: { protocol: nothing, algorithm: nothing, model: null },
    privacy: null,
    expendedEpsilon: 0,
    pods: { count: 1 },
    secureAggregation: false,
    policyHash,
  };
}
