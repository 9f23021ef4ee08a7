-- Migration: 003_add_work_orders_and_inventory
-- Description: the work itself, and the parts that it uses
-- Author: TrossApp
-- Date: 2026-06-20
-- Reversible: Yes
-- Related Issue: TROSS-31
-- Breaking Changes: none

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
