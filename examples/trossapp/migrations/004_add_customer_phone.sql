-- Migration: 004_add_customer_phone
-- Description: customers can be called
-- Author: TrossApp
-- Date: 2026-10-14
-- Reversible: Yes
-- Related Issue: TROSS-58
-- Breaking Changes: none

ALTER TABLE customers ADD COLUMN IF NOT EXISTS phone varchar(40);
