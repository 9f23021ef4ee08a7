-- Rollback: 005_add_work_order_due_date
DROP INDEX IF EXISTS idx_work_orders_due;
ALTER TABLE work_orders DROP COLUMN IF EXISTS due_date;
