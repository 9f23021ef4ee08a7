-- Migration: 001_initial_schema
-- Description: roles, users and the audit log
-- Author: TrossApp
-- Date: 2026-03-02
-- Reversible: Yes
-- Related Issue: TROSS-1
-- Breaking Changes: none

CREATE TABLE IF NOT EXISTS roles (
  id         serial PRIMARY KEY,
  name       varchar(50) NOT NULL UNIQUE,
  priority   integer NOT NULL UNIQUE CHECK (priority > 0),
  is_active  boolean NOT NULL DEFAULT true,
  created_at timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP
);

CREATE TABLE IF NOT EXISTS users (
  id         serial PRIMARY KEY,
  email      varchar(255) NOT NULL UNIQUE,
  auth_id    varchar(255) UNIQUE,
  first_name varchar(100),
  last_name  varchar(100),
  role_id    integer NOT NULL REFERENCES roles (id),
  is_active  boolean NOT NULL DEFAULT true,
  created_at timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP,
  updated_at timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP
);

CREATE INDEX IF NOT EXISTS idx_users_role ON users (role_id);

CREATE TABLE IF NOT EXISTS audit_logs (
  id            bigserial PRIMARY KEY,
  resource_type varchar(50) NOT NULL,
  resource_id   integer,
  action        varchar(50) NOT NULL,
  user_id       integer REFERENCES users (id) ON DELETE SET NULL,
  old_values    jsonb,
  new_values    jsonb,
  created_at    timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP
);

CREATE INDEX IF NOT EXISTS idx_audit_logs_resource ON audit_logs (resource_type, resource_id);
CREATE INDEX IF NOT EXISTS idx_audit_logs_created ON audit_logs (created_at DESC);

INSERT INTO roles (name, priority) VALUES
  ('admin', 5), ('manager', 4), ('dispatcher', 3), ('technician', 2), ('customer', 1)
ON CONFLICT (name) DO NOTHING;
