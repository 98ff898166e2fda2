import { fail, pass, type CheckRule } from '../check.ts';
import type { Release } from '../facts.ts';
import { roleHint } from '../hint.ts';
import { printable } from '../printable.ts';
import type { RoleRow } from '../roles.ts';

const id = 'role.releases';

/** What leaves the pod under this task's parameters; no extra widens it. */
export const roleReleases: CheckRule = {
  id,
  code: 'policy.denied',
  shownTo: 'standing',
  look({ triple }, applied) {
    const algorithm = triple.algorithm.found;
    if (algorithm === null) return null;
    const { releases } = algorithm;
    const { row, who } = applied;
    if (covers(row, releases)) return pass(id, releases.length === 0 ? 'The task releases nothing.' : `${who} may receive ${releases.map(printable).join(', ')}.`);
    const refused = releases.filter((release) => !row.releases.includes(release)).map(printable);
    const kept = releases.filter((release) => row.releases.includes(release)).map(printable);
    return fail(
      id,
      `${who} may not receive ${refused.join(', ')}, which this task would release.`,
      roleHint(applied, (other) => covers(other, releases), ...(kept.length > 0 ? [`The same task for ${kept.join(', ')} alone`] : [])),
    );
  },
};

function covers(row: RoleRow, releases: readonly Release[]): boolean {
  for (const release of releases) if (!row.releases.includes(release)) return false;
  // A role from which nothing leaves runs nothing, however little the task says it releases.
  return row.releases.length > 0;
}
