import type { ElementRef, TaskManifest } from '@podnet/contracts';
import { tripleFacts } from '@podnet/elements';
import type { Facts, GrantFacts } from '@podnet/policy';
import type { HeldGrant } from '../grant/held-grant.ts';

/** Somebody's standing on one pod, as the hub has it. */
export interface Standing {
  podId: string;
  podName: string;
  custodianId: string;
  grant: HeldGrant | null;
}

export const elementText = ({ name, version }: ElementRef): string => `${name}@${version}`;

/**
 * What the hub can put before `decide`: it reads no parameters, knows no ceiling and no ledger, so it only spares people the
 * way to a pod that would deny for sure. The pod decides with everything.
 */
export function courtesyFacts(manifest: TaskManifest, { podId, podName, custodianId, grant }: Standing, asker: { userId: string; email: string }, now: Date): Facts {
  const dataset = manifest.pods.find((pod) => pod.podId === podId)?.dataset ?? '';
  return {
    by: 'hub',
    now: now.getTime(),
    pod: { podId, name: podName, ceiling: {} },
    dataset,
    asker: { ...asker, fingerprints: [], isCustodian: custodianId === asker.userId },
    grant: grant && grantFacts(grant),
    triple: tripleFacts(manifest),
    privacy: manifest.privacy,
    expendedEpsilon: 0,
    pods: { count: manifest.pods.length },
    secureAggregation: manifest.secureAggregation,
    policyHash: 'hub',
  };
}

function grantFacts(grant: HeldGrant): GrantFacts {
  const { id, role, dataset, extras, epsilonLimit, startsAt, endsAt } = grant;
  return {
    grantId: id,
    role,
    dataset,
    startsAt: startsAt.getTime(),
    endsAt: endsAt?.getTime() ?? null,
    revoked: grant.revokedAt !== null,
    extraModels: extras.models,
    extraElements: extras.elements,
    epsilonLimit,
  };
}
