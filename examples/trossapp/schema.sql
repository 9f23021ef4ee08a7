-- TrossApp: work orders, customers and stock. Every statement can run twice.
-- Schema Version: 1.3.0
-- Last Updated: 2026-10-14
-- Includes migrations up to: 004_add_customer_phone

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

CREATE TABLE IF NOT EXISTS customers (
  id           serial PRIMARY KEY,
  email        varchar(255) NOT NULL UNIQUE,
  company_name varchar(255),
  status       varchar(20) NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'active', 'suspended')),
  is_active    boolean NOT NULL DEFAULT true,
  created_at   timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP,
  updated_at   timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP,
  phone        varchar(40)
);

CREATE TABLE IF NOT EXISTS technicians (
  id             serial PRIMARY KEY,
  user_id        integer NOT NULL UNIQUE REFERENCES users (id),
  license_number varchar(100) UNIQUE,
  hourly_rate    numeric(10, 2) CHECK (hourly_rate >= 0),
  availability   varchar(20) NOT NULL DEFAULT 'available' CHECK (availability IN ('available', 'on_job', 'off_duty', 'suspended'))
);

CREATE TABLE IF NOT EXISTS work_orders (
  id            serial PRIMARY KEY,
  title         varchar(255) NOT NULL,
  description   text,
  customer_id   integer NOT NULL REFERENCES customers (id),
  technician_id integer REFERENCES technicians (id) ON DELETE SET NULL,
  status        varchar(20) NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'assigned', 'in_progress', 'completed', 'cancelled')),
  priority      varchar(10) NOT NULL DEFAULT 'normal' CHECK (priority IN ('low', 'normal', 'high', 'urgent')),
  created_at    timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP,
  completed_at  timestamp
);

CREATE INDEX IF NOT EXISTS idx_work_orders_customer ON work_orders (customer_id);
CREATE INDEX IF NOT EXISTS idx_work_orders_open ON work_orders (status) WHERE status <> 'completed';

CREATE TABLE IF NOT EXISTS inventory (
  id            serial PRIMARY KEY,
  sku           varchar(100) NOT NULL UNIQUE,
  name          varchar(255) NOT NULL,
  quantity      integer NOT NULL DEFAULT 0 CHECK (quantity >= 0),
  reorder_level integer NOT NULL DEFAULT 10
);

CREATE INDEX IF NOT EXISTS idx_inventory_low ON inventory (quantity) WHERE quantity < 10;

INSERT INTO roles (name, priority) VALUES
  ('admin', 5), ('manager', 4), ('dispatcher', 3), ('technician', 2), ('customer', 1)
ON CONFLICT (name) DO NOTHING;
