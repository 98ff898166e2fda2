-- CreateTable
CREATE TABLE "Review" (
    "id" TEXT NOT NULL,
    "podId" TEXT NOT NULL,
    "assignmentId" TEXT NOT NULL,
    "requestId" TEXT,
    "state" TEXT NOT NULL,
    "decision" TEXT,
    "refusedCode" TEXT,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "deadlineAt" TIMESTAMPTZ(3) NOT NULL,
    "endedAt" TIMESTAMPTZ(3),

    CONSTRAINT "Review_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "ReviewCopy" (
    "reviewId" TEXT NOT NULL,
    "device" TEXT NOT NULL,
    "sealed" TEXT NOT NULL,

    CONSTRAINT "ReviewCopy_pkey" PRIMARY KEY ("reviewId","device")
);

-- CreateTable
CREATE TABLE "AccessRequest" (
    "id" TEXT NOT NULL,
    "podId" TEXT NOT NULL,
    "requesterId" TEXT NOT NULL,
    "dataset" TEXT,
    "kind" TEXT NOT NULL,
    "what" JSONB NOT NULL,
    "whatKey" TEXT NOT NULL,
    "reason" TEXT,
    "state" TEXT NOT NULL,
    "note" TEXT,
    "decidedBy" TEXT,
    "grantId" TEXT,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expiresAt" TIMESTAMPTZ(3) NOT NULL,
    "endedAt" TIMESTAMPTZ(3),

    CONSTRAINT "AccessRequest_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "Review_podId_idx" ON "Review"("podId");

-- CreateIndex
CREATE INDEX "Review_assignmentId_idx" ON "Review"("assignmentId");

-- CreateIndex
CREATE INDEX "Review_requestId_idx" ON "Review"("requestId");

-- CreateIndex
CREATE INDEX "AccessRequest_podId_requesterId_createdAt_idx" ON "AccessRequest"("podId", "requesterId", "createdAt");

-- CreateIndex
CREATE INDEX "AccessRequest_requesterId_idx" ON "AccessRequest"("requesterId");

-- AddForeignKey
ALTER TABLE "Review" ADD CONSTRAINT "Review_podId_fkey" FOREIGN KEY ("podId") REFERENCES "Pod"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Review" ADD CONSTRAINT "Review_assignmentId_fkey" FOREIGN KEY ("assignmentId") REFERENCES "Assignment"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Review" ADD CONSTRAINT "Review_requestId_fkey" FOREIGN KEY ("requestId") REFERENCES "AccessRequest"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ReviewCopy" ADD CONSTRAINT "ReviewCopy_reviewId_fkey" FOREIGN KEY ("reviewId") REFERENCES "Review"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "AccessRequest" ADD CONSTRAINT "AccessRequest_podId_fkey" FOREIGN KEY ("podId") REFERENCES "Pod"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "AccessRequest" ADD CONSTRAINT "AccessRequest_requesterId_fkey" FOREIGN KEY ("requesterId") REFERENCES "Account"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- Words that the code knows.
ALTER TABLE "Mail" DROP CONSTRAINT "Mail_kind_check";
ALTER TABLE "Mail" ADD CONSTRAINT "Mail_kind_check"
    CHECK ("kind" IN ('assignment', 'cancel', 'revoke', 'removed', 'review-decided'));
ALTER TABLE "Review" ADD CONSTRAINT "Review_state_check"
    CHECK ("state" IN ('open', 'answered', 'approved', 'denied', 'expired', 'ended'));
ALTER TABLE "Review" ADD CONSTRAINT "Review_endedAt_check"
    CHECK (("endedAt" IS NULL) = ("state" IN ('open', 'answered')));
ALTER TABLE "Review" ADD CONSTRAINT "Review_decision_check"
    CHECK ("state" <> 'answered' OR "decision" IS NOT NULL);
ALTER TABLE "AccessRequest" ADD CONSTRAINT "AccessRequest_kind_check"
    CHECK ("kind" IN ('role', 'element', 'model', 'query'));
ALTER TABLE "AccessRequest" ADD CONSTRAINT "AccessRequest_state_check"
    CHECK ("state" IN ('open', 'approved', 'denied', 'expired', 'withdrawn'));
ALTER TABLE "AccessRequest" ADD CONSTRAINT "AccessRequest_endedAt_check"
    CHECK (("endedAt" IS NULL) = ("state" = 'open'));

-- An assignment waits for one word at a time.
CREATE UNIQUE INDEX "Review_waiting_key" ON "Review"("assignmentId") WHERE "endedAt" IS NULL;
-- What the sweeper looks for.
CREATE INDEX "Review_deadlineAt_waiting_idx" ON "Review"("deadlineAt") WHERE "endedAt" IS NULL;
CREATE INDEX "AccessRequest_expiresAt_open_idx" ON "AccessRequest"("expiresAt") WHERE "state" = 'open';
-- The same wish is one request for as long as nobody has answered it.
CREATE UNIQUE INDEX "AccessRequest_open_key" ON "AccessRequest"("podId", "requesterId", coalesce("dataset", ''), "whatKey") WHERE "state" = 'open';
