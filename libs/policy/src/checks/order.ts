import type { CheckRule } from '../check.ts';
import { budgetDataset } from './budget-dataset.ts';
import { budgetDelta } from './budget-delta.ts';
import { budgetEpsilon } from './budget-epsilon.ts';
import { ceilingDelta } from './ceiling-delta.ts';
import { ceilingElements } from './ceiling-elements.ts';
import { ceilingEpsilon } from './ceiling-epsilon.ts';
import { ceilingModellers } from './ceiling-modellers.ts';
import { ceilingPods } from './ceiling-pods.ts';
import { ceilingPrivacy } from './ceiling-privacy.ts';
import { ceilingSecureAggregation } from './ceiling-secure-aggregation.ts';
import { grantDataset } from './grant-dataset.ts';
import { grantDates } from './grant-dates.ts';
import { grantPresent } from './grant-present.ts';
import { grantRevoked } from './grant-revoked.ts';
import { grantRole } from './grant-role.ts';
import { privacyForm } from './privacy-form.ts';
import { privacyOffered } from './privacy-offered.ts';
import { roleAlgorithm } from './role-algorithm.ts';
import { roleEpsilon } from './role-epsilon.ts';
import { roleModel } from './role-model.ts';
import { rolePrivacy } from './role-privacy.ts';
import { roleProtocol } from './role-protocol.ts';
import { roleReleases } from './role-releases.ts';
import { tripleAlgorithm } from './triple-algorithm.ts';
import { tripleCarried } from './triple-carried.ts';
import { tripleModelGiven } from './triple-model-given.ts';
import { tripleModel } from './triple-model.ts';
import { tripleProtocol } from './triple-protocol.ts';

/** Every check, in the order a person reads them: who asks, what is asked, whether the role, the pod and the budget allow it. */
export const checksInOrder: readonly CheckRule[] = [
  grantPresent,
  grantDataset,
  grantRevoked,
  grantDates,
  grantRole,
  privacyForm,
  tripleProtocol,
  tripleAlgorithm,
  tripleModel,
  tripleCarried,
  tripleModelGiven,
  roleProtocol,
  roleAlgorithm,
  roleModel,
  roleReleases,
  rolePrivacy,
  roleEpsilon,
  privacyOffered,
  ceilingElements,
  ceilingModellers,
  ceilingPods,
  ceilingPrivacy,
  ceilingEpsilon,
  ceilingDelta,
  ceilingSecureAggregation,
  budgetEpsilon,
  budgetDelta,
  budgetDataset,
];
