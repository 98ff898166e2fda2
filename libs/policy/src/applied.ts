import { readBudget, type Budget } from './budget.ts';
import type { Ceiling, Facts, GrantFacts } from './facts.ts';
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
  const { asked, found } = facts.triple.algorithm;
  if (found !== null && found.origin !== 'installed') {
    applied.terms = { permitted: row.customCode, privately: false, epsilon: Infinity };
  } else {
    applyTerms(applied, found === null ? nameOf(asked) : found.name);
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

function applyTerms(applied: Applied, algorithm: string): void {
  applied.terms = algorithmTerms(applied.row, algorithm);
  if (applied.terms.permitted || !isExtraElement(applied, algorithm)) return;
  const lent = meetTerms(lentTerms(applied.own, algorithm), algorithmTerms(applied.outer, algorithm));
  if (lent.permitted) {
    applied.terms = lent;
    applied.algorithmByExtra = true;
  }
}

/** An extra lends the terms of the nearest stronger role that permits the element: it never gives more than that role has. */
function lentTerms(own: RoleRow, algorithm: string): Terms {
  for (let rank = roleRows.length - 1; rank >= 0; rank -= 1) {
    const row = roleRows[rank] as RoleRow;
    if (compareRoles(row.name, own.name) > 0) continue;
    const terms = algorithmTerms(row, algorithm);
    if (terms.permitted) return terms;
  }
  return algorithmTerms(own, algorithm);
}

/** What a row says of an installed algorithm. */
export const algorithmTerms = (row: RoleRow, algorithm: string): Terms => row.algorithms.get(algorithm) ?? row.otherAlgorithms;

/** What a row says of an installed protocol. */
export const protocolPermitted = (row: RoleRow, protocol: string): boolean => row.protocols.get(protocol) ?? row.otherProtocols;

/** True when an extra of the grant names this installed element. */
export function isExtraElement(applied: Applied, name: string): boolean {
  return applied.grant !== null && applied.grant.extraElements.includes(name);
}

/** The name without its version, as it was asked for: `sql-query@1` is `sql-query`. */
export function nameOf(asked: string): string {
  const at = asked.lastIndexOf('@');
  return at > 0 ? asked.slice(0, at) : asked;
}
