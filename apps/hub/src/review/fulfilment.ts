import { Injectable } from '@nestjs/common';
import type { AccessRequest, GrantExtras } from '@podnet/contracts';
import { Fault } from '@podnet/errors';
import type { RoleName } from '@podnet/policy';
import { Prisma } from '../generated/prisma/client.ts';
import { extrasOf } from '../grant/grant-rows.ts';
import { GrantService } from '../grant/grant.service.ts';
import { liveGrant, type Viewer } from '../pod/visibility.ts';
import type { TransactionChange } from '../task/change.ts';

interface Terms {
  /** Instead of the role that was asked for. */
  role?: RoleName | undefined;
  endsAt?: string | null | undefined;
}

interface Held {
  id: string;
  revision: number;
  extras: Prisma.JsonValue;
}

/** Gives what was asked for, by the ways in which roles are given anyway. */
@Injectable()
export class Fulfilment {
  constructor(private readonly grants: GrantService) {}

  /** Answers the grant that holds it. **Throws** `conflict.state` for an extra without a role, and what assigning and changing a role throw. */
  async grant(change: TransactionChange, viewer: Viewer, { pod, requester, dataset, what, reason }: AccessRequest, { role, endsAt }: Terms): Promise<string> {
    const held = await this.held(change, pod.id, requester.id, dataset);
    const dates = endsAt === undefined ? {} : { endsAt };
    if (what.kind === 'role') {
      const terms = { role: role ?? what.role, reason: reason!, ...dates };
      const grant = held ? await this.grants.changeIn(change, viewer, held.id, { revision: held.revision, ...terms }) : await this.grants.assignIn(change, viewer, { podId: pod.id, email: requester.email, dataset, ...terms });
      return grant.id;
    }
    if (role !== undefined) throw new Fault('usage.invalid', 'The request is not for a role.', { at: 'role' });
    // A role on the whole pod is not widened for a request about one dataset.
    if (!held) throw new Fault('conflict.state', dataset === null ? 'The modeller has no role on the pod that this could be added to.' : 'The modeller has no role on this very dataset that this could be added to.', { hint: 'Assign the role first, then approve.' });
    const grant = await this.grants.changeIn(change, viewer, held.id, { revision: held.revision, reason: reason!, extras: withExtra(extrasOf(held), what), ...dates });
    return grant.id;
  }

  private async held({ tx }: TransactionChange, podId: string, accountId: string, dataset: string | null): Promise<Held | undefined> {
    const [grant] = await tx.$queryRaw<Held[]>`
      select g."id", g."revision", g."extras" from "Grant" g
      where g."podId" = ${podId} and g."accountId" = ${accountId} and g."dataset" is not distinct from ${dataset} and ${liveGrant} for update`;
    return grant;
  }
}

function withExtra({ models, elements }: GrantExtras, what: Extract<AccessRequest['what'], { kind: 'element' | 'model' | 'query' }>): GrantExtras {
  if (what.kind === 'element') return { models, elements: [...new Set([...elements, what.element])] };
  if (what.kind === 'model') return { elements, models: [...models.filter(({ reference }) => reference !== what.reference), { reference: what.reference, hash: what.hash }] };
  throw new Fault('internal.unexpected');
}
