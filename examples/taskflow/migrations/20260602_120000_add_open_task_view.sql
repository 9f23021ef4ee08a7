-- Migration: add_open_task_view
-- Description: what the dashboard reads
-- Author: TaskFlow
-- Date: 2026-06-02

CREATE VIEW open_task AS
  SELECT t.id, t.project_id, t.title, t.status, t.assignee_id, t.due_on, t.priority
  FROM task t
  JOIN project p ON p.id = t.project_id
  WHERE t.status <> 'done' AND p.archived_at IS NULL;
