-- Migration: 002_add_customers_and_technicians
-- Description: who orders work and who does it
-- Author: TrossApp
-- Date: 2026-04-11
-- Reversible: Yes
-- Related Issue: TROSS-14
-- Breaking Changes: none

CREATE TABLE IF NOT EXISTS customers (
  id           serial PRIMARY KEY,
  email        varchar(255) NOT NULL UNIQUE,
  company_name varchar(255),
  status       varchar(20) NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'active', 'suspended')),
  is_active    boolean NOT NULL DEFAULT true,
  created_at   timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP,
  updated_at   timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP
);

CREATE TABLE IF NOT EXISTS technicians (
  id             serial PRIMARY KEY,
  user_id        integer NOT NULL UNIQUE REFERENCES users (id),
  license_number varchar(100) UNIQUE,
  hourly_rate    numeric(10, 2) CHECK (hourly_rate >= 0),
  availability   varchar(20) NOT NULL DEFAULT 'available' CHECK (availability IN ('available', 'on_job', 'off_duty', 'suspended'))
);
