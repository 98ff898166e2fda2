export type { AlgorithmFacts, Ceiling, ElementFacts, Facts, GrantFacts, Release, TripleFacts } from './facts.ts';
export type { Check, JointVerdict, Verdict, VerdictCost } from './verdict.ts';
export { releaseKinds } from './release.ts';
export {
  algorithmCells,
  compareRoles,
  isRoleName,
  otherAlgorithmCells,
  otherProtocolCells,
  protocolCells,
  roleLabel,
  roleNames,
  roleRow,
  roleRows,
  roleWarning,
  type Condition,
  type RoleName,
  type RoleRow,
  type Terms,
} from './roles.ts';
export { decide, decideAll, engineVersion } from './decide.ts';
export { codesByGravity } from './gravity.ts';
export { epsilonOfMicro, microCost, microLeft } from './micro.ts';
export { verdictLines } from './explain.ts';
export { placesText, saidOnce } from './said-once.ts';
export { defaultDatasetPolicy, unsafeHandlings, type DatasetPolicy, type SafeZoneRule, type UnsafeHandling } from './dataset/dataset-policy.ts';
export type { QueryCheck, QueryFacts, QueryJudgement, QueryNeeds } from './dataset/query-judgement.ts';
export { judgeQuery } from './dataset/judge-query.ts';
export { queryNeeds } from './dataset/query-needs.ts';
export { sanitised } from './dataset/sanitised.ts';
export { minSizesOf } from './dataset/rules/registry.ts';
export { compareDatasetPolicies, policyDirection, type PolicyChange, type PolicyDirection } from './dataset/compare-policies.ts';
export { policyHashOf } from './dataset/canonical-policy.ts';
export { policyLines } from './dataset/policy-lines.ts';
export { namedColumns } from './dataset/named-columns.ts';
