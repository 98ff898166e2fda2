/** The part of a grant that says when and where it holds. */
export interface GrantSpan {
  dataset: string | null;
  startsAt: Date;
  endsAt: Date | null;
  revokedAt: Date | null;
}

/** Whether a grant holds now. Its end does not belong to it. */
export const isLive = ({ startsAt, endsAt, revokedAt }: GrantSpan, now: Date): boolean => revokedAt === null && startsAt <= now && (endsAt === null || now < endsAt);

/**
 * The one grant that counts for a dataset: of those that hold now, the one on the dataset itself before the one on the whole
 * pod. Roles are never added up.
 */
export function applicableGrant<G extends GrantSpan>(grants: readonly G[], dataset: string, now: Date): G | null {
  const live = grants.filter((grant) => isLive(grant, now));
  return live.find((grant) => grant.dataset === dataset) ?? live.find((grant) => grant.dataset === null) ?? null;
}
