-- AlterTable
ALTER TABLE "Task" ADD COLUMN     "checkpointPosition" BIGINT NOT NULL DEFAULT 0;
