-- Migration: add_attachments
-- Description: files on tasks
-- Author: TaskFlow
-- Date: 2026-09-01

CREATE TABLE attachment (
  id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  task_id     bigint NOT NULL REFERENCES task (id) ON DELETE CASCADE,
  uploaded_by bigint NOT NULL REFERENCES account (id),
  file_name   text NOT NULL,
  media_type  text NOT NULL DEFAULT 'application/octet-stream',
  size_bytes  bigint NOT NULL CHECK (size_bytes >= 0),
  created_at  timestamptz NOT NULL DEFAULT now()
);

CREATE INDEX attachment_task_idx ON attachment (task_id);
