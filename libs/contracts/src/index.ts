export { id, idPrefixes, makeId, type IdKind } from './id.ts';
export { columnName, compactToken, digest, email, instant, line, slug } from './text.ts';
export { limits } from './limits.ts';
export { sealContext } from './context.ts';
export {
  accessToken, assignmentResult, elementRef, grantExtras, grantToken, podAuth, podCard, podJoin, privacyAsk, publicKeys, taskLimits, taskManifest, taskPayload, typ,
  type AccessToken, type AssignmentResult, type ElementRef, type GrantExtras, type GrantToken, type PodCard, type PublicKeys, type TaskLimits, type TaskManifest, type TaskPayload,
} from './signed.ts';
export { columnKind, publishedColumn, publishedSchema, type PublishedColumn, type PublishedSchema } from './schema.ts';
export {
  assignmentMoves, assignmentState, assignmentStates, isAssignmentOver, isTaskOver, podState, podStates, taskMoves, taskState, taskStateOf, taskStates,
  type AssignmentState, type PodState, type TaskState,
} from './lifecycle.ts';
export {
  assignmentProgress, claimedAssignment, hubToModeller, hubToPod, mail, modellerCalls, namespaces, podCalls, socketAuth, taskProgress,
  type AssignmentProgress, type ClaimedAssignment, type Mail, type TaskProgress,
} from './events.ts';
export {
  approvalScope, requestState, requestStates, requestWhat, reviewDecision, reviewId, reviewState, reviewStates, sealedReview, shownReview,
  type ApprovalScope, type RequestState, type RequestWhat, type ReviewDecision, type ReviewState, type SealedReview, type ShownReview,
} from './review.ts';
export { closest, knownKeys, pathText, validate } from './validation.ts';
export { deviceFile, type DeviceFile } from './device-file.ts';
export { readYaml } from './document.ts';
export { editorSchema } from './json-schema.ts';
export { datasetPolicyFile, datasetPolicyOf, parseDatasetPolicy, readDatasetPolicy, type DatasetPolicyFile } from './dataset-policy-file.ts';
export { safeZoneLimits, type SafeZoneFile } from './safe-zone-file.ts';
export { podConfig, podDataset, type DatasetConfig, type PodConfig } from './pod-config.ts';
export { type DatasetSourceConfig, type PostgresSource } from './dataset-source.ts';
export { duration, durationMs, memoryBytes } from './quantity.ts';
export { planTypeOf } from './plan-type.ts';
export { apiPrefix, routes, type RouteName } from './routes/index.ts';
export { type Access, type Route } from './routes/route.ts';
export { account, apiToken, device, signedIn } from './routes/identity.ts';
export { podDetail, podSummary, type PodDetail, type PodSummary } from './routes/pod.ts';
export { grant, type Grant } from './routes/grant.ts';
export { request, review, type AccessRequest, type Review } from './routes/review.ts';
export { auditEntry, type AuditEntry } from './routes/task.ts';
export { boundsMistake, datasetPrivacy, declaredBounds, privacyBudget, type DatasetPrivacy } from './privacy-config.ts';
