-- Rollback: 004_add_customer_phone
ALTER TABLE customers DROP COLUMN IF EXISTS phone;
