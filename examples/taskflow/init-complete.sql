-- TaskFlow: complete schema for fresh databases.
-- Schema Version: 1.0.0
-- Last Updated: 2026-06-02
-- Includes migrations up to: 20260602_120000_add_open_task_view

CREATE EXTENSION IF NOT EXISTS citext;

CREATE TYPE task_status AS ENUM ('todo', 'doing', 'blocked', 'done');

CREATE TABLE account (
  id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  email        citext NOT NULL UNIQUE,
  display_name text NOT NULL,
  created_at   timestamptz NOT NULL DEFAULT now(),
  last_seen_at timestamptz
);

CREATE TABLE workspace (
  id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  slug       text NOT NULL UNIQUE CHECK (slug ~ '^[a-z0-9-]+$'),
  name       text NOT NULL,
  owner_id   bigint NOT NULL REFERENCES account (id),
  created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE membership (
  workspace_id bigint NOT NULL REFERENCES workspace (id) ON DELETE CASCADE,
  account_id   bigint NOT NULL REFERENCES account (id) ON DELETE CASCADE,
  role         text NOT NULL DEFAULT 'member' CHECK (role IN ('owner', 'admin', 'member', 'guest')),
  joined_at    timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (workspace_id, account_id)
);

CREATE TABLE project (
  id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  workspace_id bigint NOT NULL REFERENCES workspace (id) ON DELETE CASCADE,
  name         text NOT NULL,
  archived_at  timestamptz,
  created_at   timestamptz NOT NULL DEFAULT now(),
  UNIQUE (workspace_id, name)
);

CREATE TABLE task (
  id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  project_id  bigint NOT NULL REFERENCES project (id) ON DELETE CASCADE,
  title       text NOT NULL,
  body        text,
  status      task_status NOT NULL DEFAULT 'todo',
  assignee_id bigint REFERENCES account (id) ON DELETE SET NULL,
  position    double precision NOT NULL DEFAULT 0,
  due_on      date,
  created_at  timestamptz NOT NULL DEFAULT now(),
  updated_at  timestamptz NOT NULL DEFAULT now(),
  priority    smallint NOT NULL DEFAULT 3 CHECK (priority BETWEEN 1 AND 5)
);

CREATE INDEX task_project_idx ON task (project_id, position);
CREATE INDEX task_assignee_idx ON task (assignee_id) WHERE assignee_id IS NOT NULL;
CREATE INDEX task_priority_idx ON task (project_id, priority) WHERE priority < 3;

CREATE TABLE comment (
  id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  task_id    bigint NOT NULL REFERENCES task (id) ON DELETE CASCADE,
  author_id  bigint NOT NULL REFERENCES account (id),
  body       text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now()
);

CREATE INDEX comment_task_idx ON comment (task_id, created_at);

CREATE FUNCTION touch_task() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.updated_at := now();
  RETURN NEW;
END;
$$;

CREATE TRIGGER task_touch BEFORE UPDATE ON task FOR EACH ROW EXECUTE FUNCTION touch_task();

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

CREATE VIEW open_task AS
  SELECT t.id, t.project_id, t.title, t.status, t.assignee_id, t.due_on, t.priority
  FROM task t
  JOIN project p ON p.id = t.project_id
  WHERE t.status <> 'done' AND p.archived_at IS NULL;
