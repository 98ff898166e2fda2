import { grantExtras, type GrantExtras } from '@podnet/contracts';
import type { RoleName } from '@podnet/policy';
import { Prisma } from '../generated/prisma/client.ts';
import type { GrantSpan } from './applicable-grant.ts';

/** A grant as decisions need it. */
export interface HeldGrant extends GrantSpan {
  id: string;
  role: RoleName;
  revision: number;
  extras: GrantExtras;
  epsilonLimit: number | null;
}

/** The grants of an account on a pod that were not revoked, as one JSON column; the arguments are columns of the query around it. */
export const heldGrantsColumn = (podId: Prisma.Sql, accountId: Prisma.Sql): Prisma.Sql => Prisma.sql`
  (select coalesce(jsonb_agg(jsonb_build_object('id', g."id", 'role', g."role", 'revision', g."revision", 'dataset', g."dataset", 'extras', g."extras",
    'epsilonLimit', g."epsilonLimit", 'startsAt', g."startsAt", 'endsAt', g."endsAt")), '[]')
  from "Grant" g where g."podId" = ${podId} and g."accountId" = ${accountId} and g."revokedAt" is null)`;

export type HeldGrantsJson = { id: string; role: RoleName; revision: number; dataset: string | null; extras: unknown; epsilonLimit: number | null; startsAt: string; endsAt: string | null }[];

export const readHeldGrants = (rows: HeldGrantsJson): HeldGrant[] =>
  rows.map((row) => ({ ...row, extras: grantExtras.parse(row.extras), startsAt: new Date(row.startsAt), endsAt: row.endsAt === null ? null : new Date(row.endsAt), revokedAt: null }));
