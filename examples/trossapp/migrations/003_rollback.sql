-- Rollback: 003_add_work_orders_and_inventory
DROP TABLE IF EXISTS inventory;
DROP TABLE IF EXISTS work_orders;
