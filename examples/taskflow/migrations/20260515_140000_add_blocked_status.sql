-- Migration: add_blocked_status
-- Description: a task can be blocked
-- Author: TaskFlow
-- Date: 2026-05-15

ALTER TYPE task_status ADD VALUE 'blocked' BEFORE 'done';

-- The new value is used in the same file: lockstep commits in between.
UPDATE task SET status = 'blocked' WHERE body LIKE '%[blocked]%';
