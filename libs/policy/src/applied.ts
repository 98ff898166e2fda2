import { readBudget, type Budget } from './budget.ts';
import type { Ceiling, ElementFacts, Facts, GrantFacts, TripleFacts } from './facts.ts';
import { meetTerms, underCeiling, weakestRow } from './meet.ts';
import { readPrivacy, type AskedPrivacy } from './privacy.ts';
import { compareRoles, roleRow, roleRows, type RoleRow, type Terms } from './roles.ts';

/** The role that counts for this task on this pod, worked out once; every check reads it. */
export interface Applied {
  /** Custodian, or holder of a grant on this dataset, whatever its dates. */
  standing: boolean;
  isCustodian: boolean;
  /** Null for a custodian, and for a grant on another dataset: it says nothing here. */
  grant: GrantFacts | null;
  /** What the role permits under the ceiling. */
  row: RoleRow;
  /** The role itself, before the ceiling. */
  own: RoleRow;
  /** What the ceiling permits at most; the strongest role when there is none. Extras never reach beyond it. */
  outer: RoleRow;
  /** The role in sentences: `General Modeller`, `The custodian`. */
  who: string;
  privacy: AskedPrivacy;
  /** Null when neither role nor grant has a budget. */
  budget: Budget | null;
  /** Terms of the task's algorithm under role, extras and ceiling. */
  terms: Terms;
  /** The algorithm is permitted because an extra of the grant names it. */
  algorithmByExtra: boolean;
}

const strongestRow = roleRows[0] as RoleRow;

/** Works out the role that counts. **Throws** never. */
export function applyRole(facts: Facts): Applied {
  const isCustodian = facts.asker.isCustodian === true;
  const grant = !isCustodian && facts.grant !== null && isOnDataset(facts.grant, facts.dataset) ? facts.grant : null;
  const own = isCustodian ? strongestRow : grant === null ? weakestRow : (roleRow(grant.role) ?? weakestRow);
  const outer = ceilingRow(facts.pod.ceiling);
  const row = underCeiling(own, outer);
  const privacy = readPrivacy(facts);
  const applied: Applied = {
    standing: isCustodian || grant !== null,
    isCustodian,
    grant,
    row,
    own,
    outer,
    who: isCustodian && row === own ? 'The custodian' : row.label,
    privacy,
    budget: readBudget(facts, row, grant, privacy),
    terms: row.otherAlgorithms,
    algorithmByExtra: false,
  };
  const { algorithm } = facts.triple;
  applied.terms = rowTerms(row, algorithm);
  if (!applied.terms.permitted && isInstalled(algorithm) && isExtraElement(applied, nameOf(algorithm))) {
    const lent = meetTerms(lentTerms(own, algorithm), rowTerms(outer, algorithm));
    if (lent.permitted) {
      applied.terms = lent;
      applied.algorithmByExtra = true;
    }
  }
  return applied;
}

/** True when the grant is on this dataset, or on the whole pod. */
export function isOnDataset(grant: GrantFacts, dataset: string): boolean {
  return grant.dataset === null || grant.dataset === dataset;
}

function ceilingRow(ceiling: Ceiling): RoleRow {
  if (ceiling.role === undefined) return strongestRow;
  return roleRow(ceiling.role) ?? weakestRow;
}

/** An extra lends the terms of the nearest stronger role that permits the element: it never gives more than that role has. */
function lentTerms(own: RoleRow, algorithm: AskedAlgorithm): Terms {
  for (let rank = roleRows.length - 1; rank >= 0; rank -= 1) {
    const row = roleRows[rank] as RoleRow;
    if (compareRoles(row.name, own.name) > 0) continue;
    const terms = rowTerms(row, algorithm);
    if (terms.permitted) return terms;
  }
  return rowTerms(own, algorithm);
}

/** What a row says of the algorithm asked for; one that is not here is judged as if it were installed. */
export function rowTerms(row: RoleRow, algorithm: AskedAlgorithm): Terms {
  if (!isInstalled(algorithm)) return row.customCode ? freely : refused;
  return row.algorithms.get(nameOf(algorithm)) ?? row.otherAlgorithms;
}

const freely: Terms = { permitted: true, privately: false, epsilon: Infinity };
const refused: Terms = { permitted: false, privately: false, epsilon: Infinity };

/** What a row says of an installed protocol. */
export const protocolPermitted = (row: RoleRow, protocol: string): boolean => row.protocols.get(protocol) ?? row.otherProtocols;

/** True when an extra of the grant names this installed element. */
export function isExtraElement(applied: Applied, name: string): boolean {
  return applied.grant !== null && applied.grant.extraElements.includes(name);
}

type AskedElement = { asked: string; found: ElementFacts | null };
type AskedAlgorithm = TripleFacts['algorithm'];

/** False for an element that the modeller brings. */
export const isInstalled = ({ found }: AskedElement): boolean => found === null || found.origin === 'installed';

/** Its name without version: what was found, or what was asked for; `sql-query@1` is `sql-query`. */
export function nameOf({ asked, found }: AskedElement): string {
  if (found !== null) return found.name;
  const at = asked.lastIndexOf('@');
  return at > 0 ? asked.slice(0, at) : asked;
}
