import type { Database } from './database.ts';

/** Grants that were revoked. The hub cannot bring one back: what is assigned anew has a new id. */
export interface RevokedGrants {
  add(grantId: string): void;
  has(grantId: string): boolean;
}

export function makeRevokedGrants({ sql }: Database, now: () => number = Date.now): RevokedGrants {
  const add = sql.prepare('insert into revoked_grants (grant_id, revoked_at) values (?, ?) on conflict (grant_id) do nothing');
  const find = sql.prepare('select 1 from revoked_grants where grant_id = ?');
  return { add: (grantId) => void add.run(grantId, now()), has: (grantId) => find.get(grantId) !== undefined };
}
