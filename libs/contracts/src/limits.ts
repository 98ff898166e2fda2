/** Sizes and durations that every party keeps to. */
export const limits = {
  /** A task as submitted: manifest and payloads of all pods. */
  taskBytes: 256 * 1024,
  manifestBytes: 64 * 1024,
  /** One sealed result. */
  resultBytes: 8 * 1024 * 1024,
  checkpointBytes: 16 * 1024 * 1024,
  /** What one device of a custodian is sent of a query that waits, sealed. Larger ones are decided at the pod. */
  reviewBytes: 1024 * 1024,
  /** Sealed copies in one upload of a review. */
  copiesPerUpload: 12,
  /** The decision of a custodian, sealed to the pod. */
  decisionBytes: 16 * 1024,
  /** One frame of a protocol. */
  frameBytes: 16 * 1024 * 1024,
  /** Any JSON body of a REST call but the ones above. */
  bodyBytes: 128 * 1024,
  jsonDepth: 32,
  podsPerTask: 100,
  columnsPerDataset: 10_000,
  /** Files that are one dataset. */
  filesPerDataset: 1_000,
  domainValues: 1_000,
  leaseMs: 10_000,
  heartbeatMs: 3_000,
  /** How long a grant that the hub signed for a claim is good for. */
  grantValidMs: 10 * 60_000,
  joinCodeMs: 10 * 60_000,
  joinCodeTries: 5,
  accessTokenMs: 15 * 60_000,
  refreshTokenMs: 30 * 24 * 3_600_000,
  invitationMs: 7 * 24 * 3_600_000,
  apiTokenMs: 365 * 24 * 3_600_000,
  taskDeadlineMs: { least: 1_000, usual: 3_600_000, most: 7 * 24 * 3_600_000 },
  clockLeewayMs: 30_000,
  /** Assignments that one account may have waiting or running. */
  openTasksPerAccount: 100,
  /** Queries of one modeller that may wait for the custodian of one pod; requests of the same that may be open, and those made in 24 hours. */
  openReviewsPerPair: 50,
  openRequestsPerPair: 10,
  requestsPerPairAndDay: 30,
  /** A request that nobody has answered by then has ended. */
  requestMs: 30 * 24 * 3_600_000,
  runnerCrashes: 3,
  /** A value of a categorical column carried by fewer rows is never published. */
  observedDomainRows: 10,
} as const;
