import { createHash } from 'node:crypto';

/** Parsed and planned each time. */
const unnamed = '';
/** Shorter ones are parsed faster than they are named. */
const leastLetters = 60;
/** Each named statement keeps a plan on every connection; texts that vary (lists of changing length) must not fill the server. */
const mostNames = 400;

/**
 * Names statements, so that Postgres parses and plans each of them once per connection: half of the time of the short ones
 * that every task needs is planning. The first texts seen get the names; further ones do without.
 */
export function statementNames(): (query: { sql: string }) => string {
  const names = new Map<string, string>();
  return ({ sql }) => {
    if (sql.length < leastLetters) return unnamed;
    let name = names.get(sql);
    if (name === undefined && names.size < mostNames) {
      name = `podnet_${createHash('sha256').update(sql).digest('base64url').slice(0, 22)}`;
      names.set(sql, name);
    }
    return name ?? unnamed;
  };
}
