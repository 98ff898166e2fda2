import { fail, pass, type CheckRule } from '../check.ts';
import { roleHint } from '../hint.ts';
import { printable } from '../printable.ts';
import { permitsReleases } from '../row-says.ts';

const id = 'role.releases';

/** What leaves the pod under this task's parameters; no extra widens it. */
export const roleReleases: CheckRule = {
  id,
  code: 'policy.denied',
  shownTo: 'standing',
  look(facts, applied) {
    const algorithm = facts.triple.algorithm.found;
    if (algorithm === null) return null;
    const { releases } = algorithm;
    const { row, who } = applied;
    if (permitsReleases(row, releases)) return pass(id, releases.length === 0 ? 'The task releases nothing.' : `${who} may receive ${releases.map(printable).join(', ')}.`);
    const refused = releases.filter((release) => !row.releases.includes(release)).map(printable);
    const kept = releases.filter((release) => row.releases.includes(release)).map(printable);
    return fail(
      id,
      refused.length === 0 ? `${who} receives nothing from the pod.` : `${who} may not receive ${refused.join(', ')}, which this task would release.`,
      roleHint(facts, applied, (other) => permitsReleases(other, releases), ...(kept.length > 0 ? [`The same task for ${kept.join(', ')} alone`] : [])),
    );
  },
};
