import type { FaultCode } from '@podnet/errors';

/**
 * The codes a verdict can carry, gravest first; the verdict's code is the gravest of its failed checks.
 * Malformed first: such a task means nothing to anybody. Then who asks: no role, a role that ended. Then tasks that no
 * role can make run, because an element is missing or does not fit. Then what the role or the ceiling denies. Last the
 * budget: everything else would pass, only epsilon is lacking.
 */
export const codesByGravity = [
  'privacy.malformed',
  'policy.no-access',
  'policy.grant-expired',
  'element.unknown',
  'element.mismatch',
  'policy.denied',
  'policy.budget-exhausted',
] as const satisfies readonly FaultCode[];

export type VerdictFault = (typeof codesByGravity)[number];

const ranks: ReadonlyMap<string, number> = new Map(codesByGravity.map((code, rank) => [code, rank]));

/** 0 for the gravest; larger for lighter ones, and for a code that no verdict carries. */
export const gravityRank = (code: string): number => ranks.get(code) ?? codesByGravity.length;
