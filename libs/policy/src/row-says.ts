import type { ElementFacts, Facts, GrantFacts, Release, TripleFacts } from './facts.ts';
import type { AskedPrivacy } from './privacy.ts';
import { compareRoles, roleRows, type RoleRow, type Terms } from './roles.ts';

/** What a row of the table, with the extras of a grant, says of the parts of a task. Checks and hints read it alike. */

type AskedElement = { asked: string; found: ElementFacts | null };
type AskedAlgorithm = TripleFacts['algorithm'];

const freely: Terms = { permitted: true, privately: false, epsilon: Infinity };
const refused: Terms = { permitted: false, privately: false, epsilon: Infinity };

/** False for an element that the modeller brings. */
export const isInstalled = ({ found }: AskedElement): boolean => found === null || found.origin === 'installed';

/** Its name without version: what was found, or what was asked for; `sql-query@1` is `sql-query`. */
export function nameOf({ asked, found }: AskedElement): string {
  if (found !== null) return found.name;
  const at = asked.lastIndexOf('@');
  return at > 0 ? asked.slice(0, at) : asked;
}

/** True when an extra of the grant names this element and the element is an installed one. */
export const isExtra = (grant: GrantFacts | null, element: AskedElement): boolean =>
  grant !== null && isInstalled(element) && grant.extraElements.includes(nameOf(element));

/** One that is not here is judged as if it were installed. */
export function permitsProtocol(row: RoleRow, protocol: AskedElement): boolean {
  return isInstalled(protocol) ? (row.protocols.get(nameOf(protocol)) ?? row.otherProtocols) : row.customCode;
}

/** What the row itself says of the algorithm; one that is not here is judged as if it were installed. */
export function rowTerms(row: RoleRow, algorithm: AskedAlgorithm): Terms {
  if (!isInstalled(algorithm)) return row.customCode ? freely : refused;
  return row.algorithms.get(nameOf(algorithm)) ?? row.otherAlgorithms;
}

/** An extra lends the terms of the nearest stronger role that permits the element: it never gives more than that role has. */
export function lentTerms(row: RoleRow, algorithm: AskedAlgorithm): Terms {
  for (let rank = roleRows.length - 1; rank >= 0; rank -= 1) {
    const lender = roleRows[rank] as RoleRow;
    if (compareRoles(lender.name, row.name) > 0) continue;
    const terms = rowTerms(lender, algorithm);
    if (terms.permitted) return terms;
  }
  return refused;
}

/** True when an extra of the grant names the custom model by reference and by hash; empty texts name nothing. */
export function isNamedModel(grant: GrantFacts | null, { reference, hash }: ElementFacts): boolean {
  if (grant === null || typeof reference !== 'string' || reference === '' || typeof hash !== 'string' || hash === '') return false;
  return grant.extraModels.some((extra) => extra.reference === reference && extra.hash === hash);
}

/** The model, or no model at all. */
export function permitsModel(row: RoleRow, model: TripleFacts['model'], grant: GrantFacts | null): boolean {
  if (model === null || model.found === null) return true;
  if (model.found.origin === 'installed') return row.installedModels || isExtra(grant, model);
  return row.customModels === 'any' || (row.customModels === 'by extra' && isNamedModel(grant, model.found));
}

/** A role from which nothing leaves runs nothing, however little the task says it releases. */
export function permitsReleases(row: RoleRow, releases: readonly Release[]): boolean {
  for (const release of releases) if (!row.releases.includes(release)) return false;
  return row.releases.length > 0;
}

/** Differential privacy is compulsory: for every task, or for this algorithm. */
export const isPrivacyCompulsory = (row: RoleRow, terms: Terms): boolean => row.alwaysPrivate || terms.privately;

/** Greatest epsilon of one task: what the terms allow, and at most the whole budget. Infinity: not limited. */
export const epsilonLimit = (row: RoleRow, terms: Terms): number =>
  row.epsilonBudget === null ? terms.epsilon : Math.min(terms.epsilon, row.epsilonBudget);

/** True when a role would pass every check of the role for this task as it stands. */
export function suffices(row: RoleRow, { triple }: Facts, grant: GrantFacts | null, privacy: AskedPrivacy): boolean {
  const { protocol, algorithm, model } = triple;
  let terms = rowTerms(row, algorithm);
  if (!terms.permitted && isExtra(grant, algorithm)) terms = lentTerms(row, algorithm);
  if (!terms.permitted || !(permitsProtocol(row, protocol) || isExtra(grant, protocol))) return false;
  if (!permitsModel(row, model, grant)) return false;
  if (algorithm.found !== null && !permitsReleases(row, algorithm.found.releases)) return false;
  return privacy.form === 'asked' ? privacy.epsilon <= epsilonLimit(row, terms) : !isPrivacyCompulsory(row, terms);
}
