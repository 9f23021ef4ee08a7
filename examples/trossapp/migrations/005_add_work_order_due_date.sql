-- Migration: 005_add_work_order_due_date
-- Description: work orders can be late
-- Author: TrossApp
-- Date: 2026-11-09
-- Reversible: Yes
-- Related Issue: TROSS-63
-- Breaking Changes: none

ALTER TABLE work_orders ADD COLUMN IF NOT EXISTS due_date date;

CREATE INDEX IF NOT EXISTS idx_work_orders_due ON work_orders (due_date) WHERE due_date IS NOT NULL;
