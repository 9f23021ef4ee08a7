-- Migration: add_task_search
-- Description: full-text search over tasks
-- Author: TaskFlow
-- Date: 2026-10-05

ALTER TABLE task ADD COLUMN search tsvector GENERATED ALWAYS AS (
  setweight(to_tsvector('english', title), 'A') || setweight(to_tsvector('english', coalesce(body, '')), 'B')
) STORED;

CREATE INDEX CONCURRENTLY task_search_idx ON task USING gin (search);
