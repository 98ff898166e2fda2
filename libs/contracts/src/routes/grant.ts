import { z } from 'zod';
import { roleNames } from '@podnet/policy';
import { id } from '../id.ts';
import { grantExtras } from '../signed.ts';
import { email, instant, line, slug } from '../text.ts';
import { route } from './route.ts';

const byGrant = z.strictObject({ id: id('grant') });
const role = z.enum(roleNames);
const who = z.strictObject({ id: id('account'), name: line(200), email: line(254) });

export const grant = z.strictObject({
  id: id('grant'),
  pod: z.strictObject({ id: id('pod'), name: slug }),
  modeller: who,
  dataset: slug.nullable(),
  role,
  extras: grantExtras,
  epsilonLimit: z.number().nullable(),
  startsAt: instant,
  endsAt: instant.nullable(),
  reason: line(500),
  revision: z.number(),
  assignedBy: who,
  createdAt: instant,
  revokedAt: instant.nullable(),
  /** Text to show with this role, when there is something to beware of. */
  warning: line(1_000).nullable(),
});
export type Grant = z.infer<typeof grant>;

const terms = {
  extras: grantExtras.optional(),
  epsilonLimit: z.number().positive().max(1_000).nullable().optional(),
  startsAt: instant.optional(),
  endsAt: instant.nullable().optional(),
};

export const grantRoutes = {
  assignRole: route({ method: 'POST', path: '/grants', access: 'account', tag: 'grants', summary: 'Give a modeller a role on a pod or one dataset of it (its custodian or an admin)', body: z.strictObject({ podId: id('pod'), email, dataset: slug.nullable().default(null), role, reason: line(500), ...terms }), answer: grant, status: 201 }),
  listGrants: route({ method: 'GET', path: '/grants', access: 'account', tag: 'grants', summary: 'Grants that the caller gave, holds or may manage', query: z.strictObject({ podId: id('pod').optional(), email: email.optional(), ended: z.enum(['true', 'false']).optional() }), answer: z.strictObject({ grants: z.array(grant) }) }),
  changeGrant: route({ method: 'PATCH', path: '/grants/:id', access: 'account', tag: 'grants', summary: 'Change a grant; `revision` must be the one that was read', params: byGrant, body: z.strictObject({ revision: z.number().int(), role: role.optional(), reason: line(500), ...terms }), answer: grant }),
  revokeGrant: route({ method: 'DELETE', path: '/grants/:id', access: 'account', tag: 'grants', summary: 'Revoke a grant; what runs under it stops', params: byGrant, answer: grant, status: 200 }),
};
