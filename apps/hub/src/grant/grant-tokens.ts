import { Injectable } from '@nestjs/common';
import { limits, typ, type GrantToken, type PublicKeys } from '@podnet/contracts';
import { HubKeys } from '../keys/hub-keys.ts';
import { applicableGrant } from './applicable-grant.ts';
import type { HeldGrant } from './held-grant.ts';

/** What the hub knows of a modeller on a pod. */
export interface Bearer {
  podId: string;
  custodianId: string;
  dataset: string;
  userId: string;
  email: string;
  grants: readonly HeldGrant[];
  /** Keys of the modeller's devices that were not revoked. */
  devices: PublicKeys[];
}

/** Says to a pod, signed and good for minutes, who a modeller is there. */
@Injectable()
export class GrantTokens {
  constructor(private readonly keys: HubKeys) {}

  /** Null when the modeller has no standing on the pod. The grant that counts is named beside the token. */
  async make({ podId, custodianId, dataset, userId, email, grants, devices }: Bearer, now: Date): Promise<{ token: string | null; grantId: string | null }> {
    const custodian = custodianId === userId;
    const grant = custodian ? null : applicableGrant(grants, dataset, now);
    if (!custodian && !grant) return { token: null, grantId: null };
    const claims: GrantToken = {
      v: 1,
      hub: this.keys.name,
      grantId: grant?.id ?? null,
      revision: grant?.revision ?? 0,
      podId,
      userId,
      email,
      custodian,
      role: grant?.role ?? null,
      dataset: grant?.dataset ?? null,
      extras: grant?.extras ?? { models: [], elements: [] },
      epsilonLimit: grant?.epsilonLimit ?? null,
      startsAt: grant?.startsAt.getTime() ?? 0,
      endsAt: grant?.endsAt?.getTime() ?? null,
      devices,
      issuedAt: now.getTime(),
      expiresAt: now.getTime() + limits.grantValidMs,
    };
    return { token: await this.keys.sign(typ.grant, claims), grantId: grant?.id ?? null };
  }
}
