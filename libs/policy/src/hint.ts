import type { Applied } from './applied.ts';
import type { Facts } from './facts.ts';
import { compareRoles, roleRows, type RoleRow } from './roles.ts';
import { suffices } from './row-says.ts';

/**
 * The hint of a check that looks at the role: other ways out first, then the weakest role above the one held that would
 * do, and the ceiling where that stands in the way. A role that passes the whole task as it stands is preferred to a
 * weaker one that passes this check alone.
 */
export function roleHint(facts: Facts, applied: Applied, permits: (row: RoleRow) => boolean, ...otherWays: string[]): string {
  const clause = roleClause(facts, applied, permits);
  if (clause === null) return otherWays.length === 0 ? 'No role permits it.' : `${otherWays.join(', or ')}.`;
  return otherWays.length === 0 ? `T${clause.slice(1)}.` : `${otherWays.join(', or ')}, or ${clause}.`;
}

/** A clause that starts with `the`. */
function roleClause(facts: Facts, applied: Applied, permits: (row: RoleRow) => boolean): string | null {
  const { own, outer, grant, privacy } = applied;
  const wholly = (row: RoleRow): boolean => permits(row) && suffices(row, facts, grant, privacy);
  const above = (held: RoleRow): RoleRow | null => weakestAbove(held, wholly) ?? weakestAbove(held, permits);
  const role = permits(own) ? null : above(own);
  if (permits(outer)) return role === null ? null : `the role ${role.label}`;
  const ceiling = above(outer);
  if (ceiling === null) return null;
  const raised = `the pod's ceiling raised to ${ceiling.label}`;
  return role === null ? raised : `the role ${role.label} together with ${raised}`;
}

function weakestAbove(held: RoleRow, permits: (row: RoleRow) => boolean): RoleRow | null {
  for (let rank = roleRows.length - 1; rank >= 0; rank -= 1) {
    const row = roleRows[rank] as RoleRow;
    if (compareRoles(row.name, held.name) < 0 && permits(row)) return row;
  }
  return null;
}

/** The way out by an extra of the grant, where one would help: none for a custodian, and none for a role from which nothing leaves. */
export function extraWay(applied: Applied, name: string, outerPermits: boolean): string[] {
  return applied.grant !== null && applied.own.releases.length > 0 && outerPermits ? [`${name} as an extra of the grant`] : [];
}
