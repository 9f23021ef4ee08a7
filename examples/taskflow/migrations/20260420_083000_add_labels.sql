-- Migration: add_labels
-- Description: labels per workspace
-- Author: TaskFlow
-- Date: 2026-04-20

CREATE TABLE label (
  id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  workspace_id bigint NOT NULL REFERENCES workspace (id) ON DELETE CASCADE,
  name         text NOT NULL,
  color        text NOT NULL DEFAULT '#888888' CHECK (color ~ '^#[0-9a-f]{6}$'),
  UNIQUE (workspace_id, name)
);

CREATE TABLE task_label (
  task_id  bigint NOT NULL REFERENCES task (id) ON DELETE CASCADE,
  label_id bigint NOT NULL REFERENCES label (id) ON DELETE CASCADE,
  PRIMARY KEY (task_id, label_id)
);

CREATE INDEX task_label_label_idx ON task_label (label_id);
