import type { Applied } from './applied.ts';
import type { Facts } from './facts.ts';
import type { VerdictFault } from './gravity.ts';
import type { Check } from './verdict.ts';

/** One check: its name, the code of a verdict it fails, and the pure function that looks. */
export interface CheckRule {
  id: string;
  code: VerdictFault;
  /** Whom the answer may be shown: an outsider learns nothing about a pod, neither its elements nor its ceiling. */
  shownTo: 'anyone' | 'standing';
  /** Null when there is nothing to look at. **Throws** never. */
  look(facts: Facts, applied: Applied): Check | null;
}

/** A passed check. */
export const pass = (id: string, says: string): Check => ({ id, passed: true, says });

/** A failed check, with what would make it pass. */
export const fail = (id: string, says: string, wouldPass: string): Check => ({ id, passed: false, says, wouldPass });
