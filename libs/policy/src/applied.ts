import { readBudget, type Budget } from './budget.ts';
import type { Ceiling, Facts, GrantFacts } from './facts.ts';
import { meetTerms, underCeiling, weakestRow } from './meet.ts';
import { readPrivacy, type AskedPrivacy } from './privacy.ts';
import { roleRow, roleRows, type RoleRow, type Terms } from './roles.ts';
import { isExtra, lentTerms, rowTerms } from './row-says.ts';

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
  const { algorithm } = facts.triple;
  const isCustodian = facts.asker.isCustodian === true;
  const grant = !isCustodian && facts.grant !== null && isOnDataset(facts.grant, facts.dataset) ? facts.grant : null;
  const own = isCustodian ? strongestRow : grant === null ? weakestRow : (roleRow(grant.role) ?? weakestRow);
  const outer = ceilingRow(facts.pod.ceiling);
  const row = underCeiling(own, outer);
  const privacy = readPrivacy(facts);
  const terms = rowTerms(row, algorithm);
  const lent = !terms.permitted && isExtra(grant, algorithm) ? meetTerms(lentTerms(own, algorithm), rowTerms(outer, algorithm)) : terms;
  return {
    standing: isCustodian || grant !== null,
    isCustodian,
    grant,
    row,
    own,
    outer,
    who: isCustodian && row === own ? 'The custodian' : row.label,
    privacy,
    budget: readBudget(facts, row, grant, privacy),
    terms: lent,
    algorithmByExtra: lent !== terms,
  };
}

/** True when the grant is on this dataset, or on the whole pod. */
export function isOnDataset(grant: GrantFacts, dataset: string): boolean {
  return grant.dataset === null || grant.dataset === dataset;
}

function ceilingRow(ceiling: Ceiling): RoleRow {
  if (ceiling.role === undefined) return strongestRow;
  return roleRow(ceiling.role) ?? weakestRow;
}
