import { grantExtras, type Grant, type GrantExtras } from '@podnet/contracts';
import { roleWarning, type RoleName } from '@podnet/policy';
import type { Prisma } from '../generated/prisma/client.ts';

/** Columns of a grant as people see it. */
export const grantColumns = {
  id: true,
  podId: true,
  accountId: true,
  dataset: true,
  role: true,
  extras: true,
  epsilonLimit: true,
  startsAt: true,
  endsAt: true,
  reason: true,
  revision: true,
  createdBy: true,
  createdAt: true,
  revokedAt: true,
  pod: { select: { id: true, name: true, custodianId: true, state: true } },
  account: { select: { id: true, name: true, email: true } },
} satisfies Prisma.GrantSelect;

export type GrantRow = Prisma.GrantGetPayload<{ select: typeof grantColumns }>;

export interface Person {
  id: string;
  name: string;
  email: string;
}

/** What a row allows beyond its role. Extras were validated when they were written. */
export const extrasOf = (row: { extras: Prisma.JsonValue }): GrantExtras => grantExtras.parse(row.extras);

export function presentGrant(row: GrantRow, assignedBy: Person): Grant {
  const { id, pod, account, dataset, epsilonLimit, startsAt, endsAt, reason, revision, createdAt, revokedAt } = row;
  const role = row.role as RoleName;
  return {
    id,
    pod: { id: pod.id, name: pod.name },
    modeller: account,
    dataset,
    role,
    extras: extrasOf(row),
    epsilonLimit,
    startsAt: startsAt.toISOString(),
    endsAt: endsAt?.toISOString() ?? null,
    reason,
    revision,
    assignedBy,
    createdAt: createdAt.toISOString(),
    revokedAt: revokedAt?.toISOString() ?? null,
    warning: roleWarning(role),
  };
}
