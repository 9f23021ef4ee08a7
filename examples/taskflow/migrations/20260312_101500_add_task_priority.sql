-- Migration: add_task_priority
-- Description: tasks have a priority from 1 (urgent) to 5
-- Author: TaskFlow
-- Date: 2026-03-12

ALTER TABLE task ADD COLUMN priority smallint NOT NULL DEFAULT 3 CHECK (priority BETWEEN 1 AND 5);
ALTER TABLE account ADD COLUMN last_seen_at timestamptz;

-- Cannot run in a transaction: lockstep runs it alone, no annotation needed.
CREATE INDEX CONCURRENTLY task_priority_idx ON task (project_id, priority) WHERE priority < 3;
