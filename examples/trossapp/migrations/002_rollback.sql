-- Rollback: 002_add_customers_and_technicians
DROP TABLE IF EXISTS technicians;
DROP TABLE IF EXISTS customers;
