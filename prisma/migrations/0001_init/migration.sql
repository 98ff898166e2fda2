-- The hub's tables. What Prisma's schema can say stands first, as its own tool writes it; what it cannot say stands at the end.

CREATE TABLE "Account" (
    "id" TEXT NOT NULL,
    "email" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "passwordHash" TEXT NOT NULL,
    "isAdmin" BOOLEAN NOT NULL DEFAULT false,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "disabledAt" TIMESTAMPTZ(3),
    CONSTRAINT "Account_pkey" PRIMARY KEY ("id")
);
CREATE UNIQUE INDEX "Account_email_key" ON "Account"("email");

CREATE TABLE "Invitation" (
    "id" TEXT NOT NULL,
    "tokenHash" TEXT NOT NULL,
    "email" TEXT,
    "isAdmin" BOOLEAN NOT NULL DEFAULT false,
    "createdBy" TEXT,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expiresAt" TIMESTAMPTZ(3) NOT NULL,
    "usedAt" TIMESTAMPTZ(3),
    CONSTRAINT "Invitation_pkey" PRIMARY KEY ("id")
);
CREATE UNIQUE INDEX "Invitation_tokenHash_key" ON "Invitation"("tokenHash");

CREATE TABLE "Session" (
    "id" TEXT NOT NULL,
    "accountId" TEXT NOT NULL,
    "refreshHash" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expiresAt" TIMESTAMPTZ(3) NOT NULL,
    "revokedAt" TIMESTAMPTZ(3),
    CONSTRAINT "Session_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "Session_accountId_fkey" FOREIGN KEY ("accountId") REFERENCES "Account"("id") ON DELETE RESTRICT ON UPDATE CASCADE
);
CREATE UNIQUE INDEX "Session_refreshHash_key" ON "Session"("refreshHash");
CREATE INDEX "Session_accountId_idx" ON "Session"("accountId");

CREATE TABLE "Device" (
    "id" TEXT NOT NULL,
    "accountId" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "signingKey" JSONB NOT NULL,
    "encryptionKey" JSONB NOT NULL,
    "signingThumbprint" TEXT NOT NULL,
    "encryptionThumbprint" TEXT NOT NULL,
    "fingerprint" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "revokedAt" TIMESTAMPTZ(3),
    CONSTRAINT "Device_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "Device_accountId_fkey" FOREIGN KEY ("accountId") REFERENCES "Account"("id") ON DELETE RESTRICT ON UPDATE CASCADE
);
CREATE UNIQUE INDEX "Device_signingThumbprint_key" ON "Device"("signingThumbprint");
CREATE UNIQUE INDEX "Device_encryptionThumbprint_key" ON "Device"("encryptionThumbprint");
CREATE INDEX "Device_accountId_idx" ON "Device"("accountId");

CREATE TABLE "ApiToken" (
    "id" TEXT NOT NULL,
    "accountId" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "tokenHash" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expiresAt" TIMESTAMPTZ(3) NOT NULL,
    "lastUsedAt" TIMESTAMPTZ(3),
    "revokedAt" TIMESTAMPTZ(3),
    CONSTRAINT "ApiToken_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "ApiToken_accountId_fkey" FOREIGN KEY ("accountId") REFERENCES "Account"("id") ON DELETE RESTRICT ON UPDATE CASCADE
);
CREATE UNIQUE INDEX "ApiToken_tokenHash_key" ON "ApiToken"("tokenHash");
CREATE INDEX "ApiToken_accountId_idx" ON "ApiToken"("accountId");

CREATE TABLE "Pod" (
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "custodianId" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "signingKey" JSONB,
    "encryptionKey" JSONB,
    "signingThumbprint" TEXT,
    "encryptionThumbprint" TEXT,
    "fingerprint" TEXT,
    "card" TEXT,
    "version" TEXT,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "confirmedAt" TIMESTAMPTZ(3),
    "removedAt" TIMESTAMPTZ(3),
    "lastSeenAt" TIMESTAMPTZ(3),
    CONSTRAINT "Pod_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "Pod_custodianId_fkey" FOREIGN KEY ("custodianId") REFERENCES "Account"("id") ON DELETE RESTRICT ON UPDATE CASCADE
);
CREATE UNIQUE INDEX "Pod_signingThumbprint_key" ON "Pod"("signingThumbprint");
CREATE UNIQUE INDEX "Pod_encryptionThumbprint_key" ON "Pod"("encryptionThumbprint");
CREATE INDEX "Pod_custodianId_idx" ON "Pod"("custodianId");

CREATE TABLE "JoinCode" (
    "id" TEXT NOT NULL,
    "podId" TEXT NOT NULL,
    "codeHash" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expiresAt" TIMESTAMPTZ(3) NOT NULL,
    "usedAt" TIMESTAMPTZ(3),
    CONSTRAINT "JoinCode_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "JoinCode_podId_fkey" FOREIGN KEY ("podId") REFERENCES "Pod"("id") ON DELETE RESTRICT ON UPDATE CASCADE
);
CREATE UNIQUE INDEX "JoinCode_codeHash_key" ON "JoinCode"("codeHash");
CREATE INDEX "JoinCode_podId_idx" ON "JoinCode"("podId");

CREATE TABLE "Dataset" (
    "podId" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "schema" JSONB NOT NULL,
    "version" TEXT NOT NULL,
    "publishedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    CONSTRAINT "Dataset_pkey" PRIMARY KEY ("podId", "name"),
    CONSTRAINT "Dataset_podId_fkey" FOREIGN KEY ("podId") REFERENCES "Pod"("id") ON DELETE RESTRICT ON UPDATE CASCADE
);

CREATE TABLE "Grant" (
    "id" TEXT NOT NULL,
    "podId" TEXT NOT NULL,
    "accountId" TEXT NOT NULL,
    "dataset" TEXT,
    "role" TEXT NOT NULL,
    "extras" JSONB NOT NULL,
    "epsilonLimit" DOUBLE PRECISION,
    "startsAt" TIMESTAMPTZ(3) NOT NULL,
    "endsAt" TIMESTAMPTZ(3),
    "reason" TEXT NOT NULL,
    "revision" INTEGER NOT NULL DEFAULT 1,
    "createdBy" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "revokedAt" TIMESTAMPTZ(3),
    "revokedBy" TEXT,
    CONSTRAINT "Grant_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "Grant_podId_fkey" FOREIGN KEY ("podId") REFERENCES "Pod"("id") ON DELETE RESTRICT ON UPDATE CASCADE,
    CONSTRAINT "Grant_accountId_fkey" FOREIGN KEY ("accountId") REFERENCES "Account"("id") ON DELETE RESTRICT ON UPDATE CASCADE
);
CREATE INDEX "Grant_accountId_idx" ON "Grant"("accountId");
CREATE INDEX "Grant_podId_idx" ON "Grant"("podId");

CREATE TABLE "Task" (
    "id" TEXT NOT NULL,
    "ownerId" TEXT NOT NULL,
    "idempotencyKey" TEXT NOT NULL,
    "requestHash" TEXT NOT NULL,
    "manifest" TEXT NOT NULL,
    "protocol" TEXT NOT NULL,
    "algorithm" TEXT NOT NULL,
    "model" TEXT,
    "state" TEXT NOT NULL,
    "code" TEXT,
    "minPods" INTEGER NOT NULL,
    "onPodLoss" TEXT NOT NULL,
    "deadlineAt" TIMESTAMPTZ(3) NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "endedAt" TIMESTAMPTZ(3),
    "checkpoint" BYTEA,
    "checkpointAt" TIMESTAMPTZ(3),
    CONSTRAINT "Task_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "Task_ownerId_fkey" FOREIGN KEY ("ownerId") REFERENCES "Account"("id") ON DELETE RESTRICT ON UPDATE CASCADE
);
CREATE INDEX "Task_ownerId_createdAt_idx" ON "Task"("ownerId", "createdAt");
CREATE INDEX "Task_state_deadlineAt_idx" ON "Task"("state", "deadlineAt");
CREATE UNIQUE INDEX "Task_ownerId_idempotencyKey_key" ON "Task"("ownerId", "idempotencyKey");

CREATE TABLE "Assignment" (
    "id" TEXT NOT NULL,
    "taskId" TEXT NOT NULL,
    "podId" TEXT NOT NULL,
    "dataset" TEXT NOT NULL,
    "grantId" TEXT,
    "payload" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "code" TEXT,
    "epoch" INTEGER NOT NULL DEFAULT 0,
    "leaseUntil" TIMESTAMPTZ(3),
    "verdict" TEXT,
    "result" BYTEA,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "endedAt" TIMESTAMPTZ(3),
    CONSTRAINT "Assignment_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "Assignment_taskId_fkey" FOREIGN KEY ("taskId") REFERENCES "Task"("id") ON DELETE RESTRICT ON UPDATE CASCADE,
    CONSTRAINT "Assignment_podId_fkey" FOREIGN KEY ("podId") REFERENCES "Pod"("id") ON DELETE RESTRICT ON UPDATE CASCADE
);
CREATE INDEX "Assignment_podId_state_idx" ON "Assignment"("podId", "state");
CREATE INDEX "Assignment_state_leaseUntil_idx" ON "Assignment"("state", "leaseUntil");
CREATE INDEX "Assignment_grantId_idx" ON "Assignment"("grantId");
CREATE UNIQUE INDEX "Assignment_taskId_podId_key" ON "Assignment"("taskId", "podId");

CREATE TABLE "Mail" (
    "seq" BIGSERIAL NOT NULL,
    "podId" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "body" JSONB NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    CONSTRAINT "Mail_pkey" PRIMARY KEY ("seq"),
    CONSTRAINT "Mail_podId_fkey" FOREIGN KEY ("podId") REFERENCES "Pod"("id") ON DELETE RESTRICT ON UPDATE CASCADE
);
CREATE INDEX "Mail_podId_seq_idx" ON "Mail"("podId", "seq");

CREATE TABLE "AuditEntry" (
    "seq" BIGSERIAL NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "actor" TEXT NOT NULL,
    "actorId" TEXT NOT NULL,
    "action" TEXT NOT NULL,
    "subject" TEXT NOT NULL,
    "detail" JSONB NOT NULL,
    CONSTRAINT "AuditEntry_pkey" PRIMARY KEY ("seq")
);
CREATE INDEX "AuditEntry_subject_idx" ON "AuditEntry"("subject");
CREATE INDEX "AuditEntry_actorId_idx" ON "AuditEntry"("actorId");

CREATE TABLE "AuditLink" (
    "index" BIGINT NOT NULL,
    "entrySeq" BIGINT NOT NULL,
    "previousHash" TEXT NOT NULL,
    "hash" TEXT NOT NULL,
    CONSTRAINT "AuditLink_pkey" PRIMARY KEY ("index"),
    CONSTRAINT "AuditLink_entrySeq_fkey" FOREIGN KEY ("entrySeq") REFERENCES "AuditEntry"("seq") ON DELETE RESTRICT ON UPDATE CASCADE
);
CREATE UNIQUE INDEX "AuditLink_entrySeq_key" ON "AuditLink"("entrySeq");
CREATE UNIQUE INDEX "AuditLink_hash_key" ON "AuditLink"("hash");

-- Words that the code knows. A word that is not here was never meant.
ALTER TABLE "Pod" ADD CONSTRAINT "Pod_state_check"
    CHECK ("state" IN ('awaiting-join', 'awaiting-confirmation', 'active', 'removed'));
ALTER TABLE "Grant" ADD CONSTRAINT "Grant_role_check"
    CHECK ("role" IN ('super-modeller', 'general-modeller', 'dp-restricted-modeller', 'metrics-only', 'viewer'));
ALTER TABLE "Task" ADD CONSTRAINT "Task_state_check"
    CHECK ("state" IN ('open', 'completed', 'failed', 'cancelled', 'expired'));
ALTER TABLE "Task" ADD CONSTRAINT "Task_onPodLoss_check"
    CHECK ("onPodLoss" IN ('wait', 'drop', 'fail'));
ALTER TABLE "Assignment" ADD CONSTRAINT "Assignment_state_check"
    CHECK ("state" IN ('queued', 'leased', 'running', 'done', 'denied', 'failed', 'parked', 'cancelled', 'lost'));
ALTER TABLE "Mail" ADD CONSTRAINT "Mail_kind_check"
    CHECK ("kind" IN ('assignment', 'cancel', 'revoke', 'removed'));
ALTER TABLE "AuditEntry" ADD CONSTRAINT "AuditEntry_actor_check"
    CHECK ("actor" IN ('account', 'pod', 'hub'));

-- Numbers that only make sense in a range. NaN sorts above infinity and is refused with it.
ALTER TABLE "Grant" ADD CONSTRAINT "Grant_epsilonLimit_check" CHECK ("epsilonLimit" > 0 AND "epsilonLimit" < 'Infinity');
ALTER TABLE "Grant" ADD CONSTRAINT "Grant_revision_check" CHECK ("revision" >= 1);
ALTER TABLE "Task" ADD CONSTRAINT "Task_minPods_check" CHECK ("minPods" >= 1);
ALTER TABLE "Assignment" ADD CONSTRAINT "Assignment_epoch_check" CHECK ("epoch" >= 0);

-- A name is free again once its pod is removed.
CREATE UNIQUE INDEX "Pod_name_active_key" ON "Pod"(lower("name")) WHERE "state" <> 'removed';

-- One living grant for a modeller on a dataset, and one for the whole pod.
CREATE UNIQUE INDEX "Grant_living_key" ON "Grant"("podId", "accountId", coalesce("dataset", '')) WHERE "revokedAt" IS NULL;

-- The audit is only ever added to.
CREATE FUNCTION "refuseChange"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END
$$;
CREATE TRIGGER "AuditEntry_append_only" BEFORE UPDATE OR DELETE OR TRUNCATE ON "AuditEntry"
    FOR EACH STATEMENT EXECUTE FUNCTION "refuseChange"();
CREATE TRIGGER "AuditLink_append_only" BEFORE UPDATE OR DELETE OR TRUNCATE ON "AuditLink"
    FOR EACH STATEMENT EXECUTE FUNCTION "refuseChange"();
-- Also for sessions that switch ordinary triggers off, as replication does.
ALTER TABLE "AuditEntry" ENABLE ALWAYS TRIGGER "AuditEntry_append_only";
ALTER TABLE "AuditLink" ENABLE ALWAYS TRIGGER "AuditLink_append_only";
