-- AlterEnum
ALTER TYPE "NoteStatus" ADD VALUE 'CANCELLED';

-- AlterTable
ALTER TABLE "notes" ADD COLUMN "cancelled_at" TIMESTAMP(3);

-- CreateIndex
CREATE INDEX CONCURRENTLY "notes_open_idx" ON "notes"("closes_at") WHERE "status" = 'OPEN';
