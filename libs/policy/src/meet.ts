import { compareRoles, roleNames, roleRows, type RoleName, type RoleRow, type Terms } from './roles.ts';

/** Both at once: permitted only when both permit, private when one asks for it, the smaller epsilon. */
export function meetTerms(a: Terms, b: Terms): Terms {
  return { permitted: a.permitted && b.permitted, privately: a.privately || b.privately, epsilon: Math.min(a.epsilon, b.epsilon) };
}

const strictness = ['any', 'by extra', 'never'] as const;

/**
 * What two roles permit together, under the name of the weaker one. A ceiling is applied like this, and not by replacing
 * the role, because the roles are not nested: Metrics Only evaluates without differential privacy and DP Restricted must
 * not, so replacing the second by the first would turn a deny into a permit.
 */
function meetRows(a: RoleRow, b: RoleRow): RoleRow {
  const [stronger, weaker] = compareRoles(a.name, b.name) <= 0 ? [a, b] : [b, a];
  const budgets = [a.epsilonBudget, b.epsilonBudget].filter((budget) => budget !== null);
  return {
    ...weaker,
    protocols: new Map([...weaker.protocols].map(([name, yes]) => [name, yes && (stronger.protocols.get(name) ?? stronger.otherProtocols)])),
    otherProtocols: a.otherProtocols && b.otherProtocols,
    algorithms: new Map([...weaker.algorithms].map(([name, terms]) => [name, meetTerms(terms, stronger.algorithms.get(name) ?? stronger.otherAlgorithms)])),
    otherAlgorithms: meetTerms(a.otherAlgorithms, b.otherAlgorithms),
    installedModels: a.installedModels && b.installedModels,
    customModels: strictness[Math.max(strictness.indexOf(a.customModels), strictness.indexOf(b.customModels))] ?? 'never',
    customCode: a.customCode && b.customCode,
    releases: weaker.releases.filter((release) => stronger.releases.includes(release)),
    alwaysPrivate: a.alwaysPrivate || b.alwaysPrivate,
    epsilonBudget: budgets.length === 0 ? null : Math.min(...budgets),
    explores: a.explores && b.explores,
  };
}

const met: ReadonlyMap<RoleName, ReadonlyMap<RoleName, RoleRow>> = new Map(
  roleRows.map((a) => [a.name, new Map(roleRows.map((b) => [b.name, meetRows(a, b)]))]),
);

const nothing = roleRows[roleNames.length - 1] as RoleRow;

/** What a role permits under a ceiling; a ceiling that is as strong or stronger changes nothing. */
export function underCeiling(role: RoleRow, ceiling: RoleRow): RoleRow {
  if (compareRoles(role.name, ceiling.name) >= 0) return role;
  return met.get(role.name)?.get(ceiling.name) ?? nothing;
}

/** The row that permits nothing: what an unknown role counts as. */
export const weakestRow: RoleRow = nothing;
