-- TDF Records: the complete schema of the studio's database.
-- Schema Version: 1.0.0
-- Last Updated: 2026-11-20
-- Description: recording studio, courses, stock and invoicing in one database.
--
-- Conventions
--   * amounts are in cents (integer), the currency stands beside them
--   * core tables have BIGSERIAL keys, extended tables have UUID keys
--   * rows are never deleted by the application: deleted_at marks them
--   * this file is the whole truth; there are no migrations

CREATE EXTENSION IF NOT EXISTS "uuid-ossp";
CREATE EXTENSION IF NOT EXISTS pgcrypto;

-- ---------------------------------------------------------------------------
-- Types
-- ---------------------------------------------------------------------------

CREATE TYPE party_kind AS ENUM ('person', 'organization');
CREATE TYPE role_kind AS ENUM ('admin', 'manager', 'engineer', 'teacher', 'reception', 'accounting', 'artist', 'student', 'customer', 'vendor');
CREATE TYPE booking_status AS ENUM ('tentative', 'confirmed', 'in_progress', 'completed', 'cancelled', 'no_show');
CREATE TYPE order_status AS ENUM ('draft', 'quoted', 'accepted', 'scheduled', 'delivered', 'closed', 'cancelled');
CREATE TYPE invoice_status AS ENUM ('draft', 'sent', 'paid', 'overdue', 'void');
CREATE TYPE payment_method AS ENUM ('cash', 'bank_transfer', 'card', 'paypal', 'crypto', 'other');
CREATE TYPE purchase_status AS ENUM ('active', 'expired', 'depleted', 'refunded', 'cancelled');
CREATE TYPE asset_status AS ENUM ('active', 'booked', 'out_for_maintenance', 'retired');
CREATE TYPE session_status AS ENUM ('in_prep', 'in_session', 'break', 'editing', 'approved', 'delivered', 'closed');
CREATE TYPE movement_kind AS ENUM ('purchase', 'sale', 'adjustment', 'rental_out', 'rental_in', 'loss');
CREATE TYPE lead_status AS ENUM ('new', 'contacted', 'qualified', 'converted', 'lost');
CREATE TYPE message_direction AS ENUM ('inbound', 'outbound');

CREATE DOMAIN amount_cents AS bigint CHECK (VALUE >= 0);
CREATE DOMAIN currency_code AS char(3) CHECK (VALUE ~ '^[A-Z]{3}$');

-- ---------------------------------------------------------------------------
-- Functions
-- ---------------------------------------------------------------------------

CREATE FUNCTION touch_updated_at() RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
  NEW.updated_at := now();
  RETURN NEW;
END;
$$;

CREATE FUNCTION next_document_number(prefix text, year integer, serial bigint) RETURNS text
LANGUAGE sql
IMMUTABLE
AS $$
  SELECT prefix || '-' || year::text || '-' || lpad(serial::text, 6, '0');
$$;

-- ---------------------------------------------------------------------------
-- Parties: everybody the studio deals with
-- ---------------------------------------------------------------------------

CREATE TABLE party (
  id              BIGSERIAL PRIMARY KEY,
  kind            party_kind NOT NULL DEFAULT 'person',
  legal_name      TEXT,
  display_name    TEXT NOT NULL,
  tax_id          TEXT,
  primary_email   TEXT,
  primary_phone   TEXT,
  whatsapp        TEXT,
  instagram       TEXT,
  emergency_contact TEXT,
  notes           TEXT,
  created_at      TIMESTAMPTZ NOT NULL DEFAULT now(),
  updated_at      TIMESTAMPTZ NOT NULL DEFAULT now(),
  deleted_at      TIMESTAMPTZ,
  CONSTRAINT party_email_has_at CHECK (primary_email IS NULL OR position('@' IN primary_email) > 1)
);

CREATE UNIQUE INDEX party_primary_email_key ON party (lower(primary_email)) WHERE deleted_at IS NULL;
CREATE INDEX party_display_name_idx ON party (display_name);
CREATE INDEX party_tax_id_idx ON party (tax_id) WHERE tax_id IS NOT NULL;

CREATE TABLE party_role (
  id          BIGSERIAL PRIMARY KEY,
  party_id    BIGINT NOT NULL REFERENCES party (id) ON DELETE CASCADE,
  role        role_kind NOT NULL,
  active      BOOLEAN NOT NULL DEFAULT TRUE,
  granted_at  TIMESTAMPTZ NOT NULL DEFAULT now(),
  CONSTRAINT party_role_once UNIQUE (party_id, role)
);

CREATE INDEX party_role_role_idx ON party_role (role) WHERE active;

CREATE TABLE party_contact (
  id          BIGSERIAL PRIMARY KEY,
  party_id    BIGINT NOT NULL REFERENCES party (id) ON DELETE CASCADE,
  channel     TEXT NOT NULL CHECK (channel IN ('email', 'phone', 'whatsapp', 'instagram', 'other')),
  value       TEXT NOT NULL,
  preferred   BOOLEAN NOT NULL DEFAULT FALSE,
  created_at  TIMESTAMPTZ NOT NULL DEFAULT now()
);

CREATE INDEX party_contact_party_idx ON party_contact (party_id);
CREATE UNIQUE INDEX party_contact_preferred_key ON party_contact (party_id, channel) WHERE preferred;

CREATE TABLE party_address (
  id           BIGSERIAL PRIMARY KEY,
  party_id     BIGINT NOT NULL REFERENCES party (id) ON DELETE CASCADE,
  label        TEXT NOT NULL DEFAULT 'main',
  line1        TEXT NOT NULL,
  line2        TEXT,
  city         TEXT NOT NULL,
  region       TEXT,
  postal_code  TEXT,
  country      CHAR(2) NOT NULL DEFAULT 'EC'
);

CREATE INDEX party_address_party_idx ON party_address (party_id);

CREATE TABLE user_account (
  id             BIGSERIAL PRIMARY KEY,
  party_id       BIGINT NOT NULL UNIQUE REFERENCES party (id),
  username       TEXT NOT NULL UNIQUE,
  password_hash  TEXT NOT NULL,
  active         BOOLEAN NOT NULL DEFAULT TRUE,
  last_login_at  TIMESTAMPTZ,
  created_at     TIMESTAMPTZ NOT NULL DEFAULT now(),
  updated_at     TIMESTAMPTZ NOT NULL DEFAULT now()
);

CREATE TABLE api_token (
  id           BIGSERIAL PRIMARY KEY,
  account_id   BIGINT NOT NULL REFERENCES user_account (id) ON DELETE CASCADE,
  label        TEXT,
  token_hash   BYTEA NOT NULL UNIQUE,
  active       BOOLEAN NOT NULL DEFAULT TRUE,
  created_at   TIMESTAMPTZ NOT NULL DEFAULT now(),
  expires_at   TIMESTAMPTZ
);

CREATE INDEX api_token_account_idx ON api_token (account_id);

CREATE TABLE audit_log (
  id          BIGSERIAL PRIMARY KEY,
  actor_id    BIGINT REFERENCES party (id),
  entity      TEXT NOT NULL,
  entity_id   TEXT NOT NULL,
  action      TEXT NOT NULL,
  diff        JSONB,
  created_at  TIMESTAMPTZ NOT NULL DEFAULT now()
);

CREATE INDEX audit_log_entity_idx ON audit_log (entity, entity_id);
CREATE INDEX audit_log_created_at_idx ON audit_log USING brin (created_at);

-- ---------------------------------------------------------------------------
-- What the studio sells
-- ---------------------------------------------------------------------------

CREATE TABLE tax_rate (
  id           BIGSERIAL PRIMARY KEY,
  code         TEXT NOT NULL UNIQUE,
  description  TEXT NOT NULL,
  basis_points INTEGER NOT NULL CHECK (basis_points BETWEEN 0 AND 10000),
  valid_from   DATE NOT NULL DEFAULT CURRENT_DATE,
  valid_until  DATE,
  CHECK (valid_until IS NULL OR valid_until > valid_from)
);

CREATE TABLE service_catalog (
  id            BIGSERIAL PRIMARY KEY,
  name          TEXT NOT NULL,
  kind          TEXT NOT NULL,
  pricing_model TEXT NOT NULL CHECK (pricing_model IN ('hourly', 'per_song', 'package', 'quote', 'retainer')),
  rate_cents    amount_cents,
  currency      currency_code NOT NULL DEFAULT 'USD',
  tax_rate_id   BIGINT REFERENCES tax_rate (id),
  active        BOOLEAN NOT NULL DEFAULT TRUE,
  created_at    TIMESTAMPTZ NOT NULL DEFAULT now(),
  deleted_at    TIMESTAMPTZ,
  CONSTRAINT service_catalog_name_key UNIQUE (name)
);

CREATE INDEX service_catalog_kind_idx ON service_catalog (kind) WHERE deleted_at IS NULL;

CREATE TABLE service_order (
  id                BIGSERIAL PRIMARY KEY,
  customer_id       BIGINT NOT NULL REFERENCES party (id),
  artist_id         BIGINT REFERENCES party (id),
  service_id        BIGINT NOT NULL REFERENCES service_catalog (id),
  title             TEXT,
  description       TEXT,
  status            order_status NOT NULL DEFAULT 'draft',
  price_quoted_cents amount_cents,
  quote_sent_at     TIMESTAMPTZ,
  scheduled_start   TIMESTAMPTZ,
  scheduled_end     TIMESTAMPTZ,
  created_at        TIMESTAMPTZ NOT NULL DEFAULT now(),
  updated_at        TIMESTAMPTZ NOT NULL DEFAULT now(),
  deleted_at        TIMESTAMPTZ,
  CONSTRAINT service_order_period CHECK (scheduled_end IS NULL OR scheduled_end > scheduled_start)
);

CREATE INDEX service_order_customer_idx ON service_order (customer_id);
CREATE INDEX service_order_service_idx ON service_order (service_id);
CREATE INDEX service_order_status_idx ON service_order (status) WHERE deleted_at IS NULL;

CREATE TABLE service_order_line (
  id           BIGSERIAL PRIMARY KEY,
  order_id     BIGINT NOT NULL REFERENCES service_order (id) ON DELETE CASCADE,
  position     INTEGER NOT NULL,
  description  TEXT NOT NULL,
  quantity     NUMERIC(10, 2) NOT NULL DEFAULT 1 CHECK (quantity > 0),
  unit_cents   amount_cents NOT NULL,
  total_cents  BIGINT GENERATED ALWAYS AS (round(quantity * unit_cents)::bigint) STORED,
  UNIQUE (order_id, position)
);

CREATE TABLE package_product (
  id            BIGSERIAL PRIMARY KEY,
  name          TEXT NOT NULL UNIQUE,
  service_id    BIGINT REFERENCES service_catalog (id),
  units_kind    TEXT NOT NULL CHECK (units_kind IN ('hours', 'sessions', 'songs', 'credits')),
  units         INTEGER NOT NULL CHECK (units > 0),
  price_cents   amount_cents NOT NULL,
  currency      currency_code NOT NULL DEFAULT 'USD',
  expires_days  INTEGER CHECK (expires_days > 0),
  transferable  BOOLEAN NOT NULL DEFAULT FALSE,
  active        BOOLEAN NOT NULL DEFAULT TRUE,
  created_at    TIMESTAMPTZ NOT NULL DEFAULT now()
);

CREATE INDEX package_product_service_idx ON package_product (service_id);

CREATE TABLE package_purchase (
  id              BIGSERIAL PRIMARY KEY,
  buyer_id        BIGINT NOT NULL REFERENCES party (id),
  product_id      BIGINT NOT NULL REFERENCES package_product (id),
  status          purchase_status NOT NULL DEFAULT 'active',
  price_cents     amount_cents NOT NULL,
  units_total     INTEGER NOT NULL CHECK (units_total > 0),
  units_remaining INTEGER NOT NULL,
  purchased_at    TIMESTAMPTZ NOT NULL DEFAULT now(),
  expires_at      TIMESTAMPTZ,
  CONSTRAINT package_purchase_units CHECK (units_remaining BETWEEN 0 AND units_total)
);

CREATE INDEX package_purchase_buyer_idx ON package_purchase (buyer_id);
CREATE INDEX package_purchase_product_idx ON package_purchase (product_id);
CREATE INDEX package_purchase_expiring_idx ON package_purchase (expires_at) WHERE status = 'active';

-- ---------------------------------------------------------------------------
-- Rooms, equipment, bookings
-- ---------------------------------------------------------------------------

CREATE TABLE room (
  id                BIGSERIAL PRIMARY KEY,
  name              TEXT NOT NULL UNIQUE,
  is_bookable       BOOLEAN NOT NULL DEFAULT TRUE,
  capacity          INTEGER CHECK (capacity > 0),
  channel_count     INTEGER,
  default_rate_cents amount_cents,
  features          TEXT[] NOT NULL DEFAULT '{}',
  created_at        TIMESTAMPTZ NOT NULL DEFAULT now(),
  deleted_at        TIMESTAMPTZ
);

CREATE INDEX room_features_idx ON room USING gin (features);

CREATE TABLE asset (
  id            BIGSERIAL PRIMARY KEY,
  name          TEXT NOT NULL,
  category      TEXT NOT NULL,
  brand         TEXT,
  model         TEXT,
  serial_number TEXT,
  status        asset_status NOT NULL DEFAULT 'active',
  room_id       BIGINT REFERENCES room (id) ON DELETE SET NULL,
  owner_id      BIGINT REFERENCES party (id),
  value_cents   amount_cents,
  purchased_on  DATE,
  created_at    TIMESTAMPTZ NOT NULL DEFAULT now(),
  deleted_at    TIMESTAMPTZ
);

CREATE UNIQUE INDEX asset_serial_number_key ON asset (brand, serial_number) WHERE serial_number IS NOT NULL;
CREATE INDEX asset_room_idx ON asset (room_id);
CREATE INDEX asset_category_status_idx ON asset (category, status);

CREATE TABLE asset_maintenance (
  id            BIGSERIAL PRIMARY KEY,
  asset_id      BIGINT NOT NULL REFERENCES asset (id) ON DELETE CASCADE,
  vendor_id     BIGINT REFERENCES party (id),
  description   TEXT NOT NULL,
  cost_cents    amount_cents NOT NULL DEFAULT 0,
  opened_at     TIMESTAMPTZ NOT NULL DEFAULT now(),
  closed_at     TIMESTAMPTZ
);

CREATE INDEX asset_maintenance_open_idx ON asset_maintenance (asset_id) WHERE closed_at IS NULL;

CREATE TABLE asset_checkout (
  id            BIGSERIAL PRIMARY KEY,
  asset_id      BIGINT NOT NULL REFERENCES asset (id),
  party_id      BIGINT NOT NULL REFERENCES party (id),
  checked_out_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  due_at        TIMESTAMPTZ,
  returned_at   TIMESTAMPTZ,
  condition     TEXT
);

CREATE UNIQUE INDEX asset_checkout_one_open_key ON asset_checkout (asset_id) WHERE returned_at IS NULL;
CREATE INDEX asset_checkout_party_idx ON asset_checkout (party_id);

CREATE TABLE booking (
  id            BIGSERIAL PRIMARY KEY,
  title         TEXT NOT NULL,
  order_id      BIGINT REFERENCES service_order (id) ON DELETE SET NULL,
  customer_id   BIGINT REFERENCES party (id),
  engineer_id   BIGINT REFERENCES party (id),
  status        booking_status NOT NULL DEFAULT 'tentative',
  starts_at     TIMESTAMPTZ NOT NULL,
  ends_at       TIMESTAMPTZ NOT NULL,
  notes         TEXT,
  created_by    BIGINT REFERENCES user_account (id),
  created_at    TIMESTAMPTZ NOT NULL DEFAULT now(),
  updated_at    TIMESTAMPTZ NOT NULL DEFAULT now(),
  deleted_at    TIMESTAMPTZ,
  CONSTRAINT booking_period CHECK (ends_at > starts_at)
);

CREATE INDEX booking_starts_at_idx ON booking (starts_at) WHERE deleted_at IS NULL;
CREATE INDEX booking_customer_idx ON booking (customer_id);
CREATE INDEX booking_engineer_idx ON booking (engineer_id, starts_at);
CREATE INDEX booking_order_idx ON booking (order_id);

CREATE TABLE booking_room (
  booking_id  BIGINT NOT NULL REFERENCES booking (id) ON DELETE CASCADE,
  room_id     BIGINT NOT NULL REFERENCES room (id),
  role        TEXT NOT NULL DEFAULT 'primary' CHECK (role IN ('primary', 'secondary')),
  PRIMARY KEY (booking_id, room_id)
);

CREATE INDEX booking_room_room_idx ON booking_room (room_id);

CREATE TABLE booking_attendee (
  booking_id  BIGINT NOT NULL REFERENCES booking (id) ON DELETE CASCADE,
  party_id    BIGINT NOT NULL REFERENCES party (id),
  role        TEXT NOT NULL DEFAULT 'guest',
  PRIMARY KEY (booking_id, party_id)
);

CREATE INDEX booking_attendee_party_idx ON booking_attendee (party_id);

CREATE TABLE package_redemption (
  id           BIGSERIAL PRIMARY KEY,
  purchase_id  BIGINT NOT NULL REFERENCES package_purchase (id),
  booking_id   BIGINT REFERENCES booking (id) ON DELETE SET NULL,
  units        INTEGER NOT NULL CHECK (units > 0),
  redeemed_at  TIMESTAMPTZ NOT NULL DEFAULT now()
);

CREATE INDEX package_redemption_purchase_idx ON package_redemption (purchase_id);

-- ---------------------------------------------------------------------------
-- Money
-- ---------------------------------------------------------------------------

CREATE TABLE invoice (
  id             BIGSERIAL PRIMARY KEY,
  number         TEXT NOT NULL UNIQUE,
  customer_id    BIGINT NOT NULL REFERENCES party (id),
  order_id       BIGINT REFERENCES service_order (id),
  status         invoice_status NOT NULL DEFAULT 'draft',
  currency       currency_code NOT NULL DEFAULT 'USD',
  subtotal_cents amount_cents NOT NULL DEFAULT 0,
  tax_cents      amount_cents NOT NULL DEFAULT 0,
  total_cents    BIGINT GENERATED ALWAYS AS ((subtotal_cents::bigint + tax_cents::bigint)) STORED,
  issued_on      DATE,
  due_on         DATE,
  notes          TEXT,
  created_at     TIMESTAMPTZ NOT NULL DEFAULT now(),
  updated_at     TIMESTAMPTZ NOT NULL DEFAULT now(),
  deleted_at     TIMESTAMPTZ,
  CONSTRAINT invoice_due_after_issue CHECK (due_on IS NULL OR due_on >= issued_on)
);

CREATE INDEX invoice_customer_idx ON invoice (customer_id);
CREATE INDEX invoice_unpaid_idx ON invoice (due_on) WHERE status IN ('sent', 'overdue');

CREATE TABLE invoice_line (
  id           BIGSERIAL PRIMARY KEY,
  invoice_id   BIGINT NOT NULL REFERENCES invoice (id) ON DELETE CASCADE,
  position     INTEGER NOT NULL,
  description  TEXT NOT NULL,
  quantity     NUMERIC(10, 2) NOT NULL DEFAULT 1 CHECK (quantity > 0),
  unit_cents   amount_cents NOT NULL,
  tax_rate_id  BIGINT REFERENCES tax_rate (id),
  package_purchase_id BIGINT REFERENCES package_purchase (id),
  CONSTRAINT invoice_line_position_key UNIQUE (invoice_id, position)
);

CREATE INDEX invoice_line_purchase_idx ON invoice_line (package_purchase_id) WHERE package_purchase_id IS NOT NULL;

CREATE TABLE payment (
  id            BIGSERIAL PRIMARY KEY,
  payer_id      BIGINT NOT NULL REFERENCES party (id),
  method        payment_method NOT NULL,
  amount_cents  amount_cents NOT NULL CHECK (amount_cents > 0),
  currency      currency_code NOT NULL DEFAULT 'USD',
  received_at   TIMESTAMPTZ NOT NULL DEFAULT now(),
  reference     TEXT,
  concept       TEXT,
  created_by    BIGINT REFERENCES user_account (id)
);

CREATE INDEX payment_payer_idx ON payment (payer_id, received_at DESC);
CREATE UNIQUE INDEX payment_reference_key ON payment (method, reference) WHERE reference IS NOT NULL;

CREATE TABLE payment_allocation (
  payment_id    BIGINT NOT NULL REFERENCES payment (id) ON DELETE CASCADE,
  invoice_id    BIGINT NOT NULL REFERENCES invoice (id),
  amount_cents  amount_cents NOT NULL CHECK (amount_cents > 0),
  PRIMARY KEY (payment_id, invoice_id)
);

CREATE INDEX payment_allocation_invoice_idx ON payment_allocation (invoice_id);

CREATE TABLE receipt (
  id           BIGSERIAL PRIMARY KEY,
  number       TEXT NOT NULL UNIQUE,
  payment_id   BIGINT NOT NULL REFERENCES payment (id),
  issued_at    TIMESTAMPTZ NOT NULL DEFAULT now(),
  buyer_name   TEXT NOT NULL,
  buyer_email  TEXT,
  total_cents  amount_cents NOT NULL
);

CREATE INDEX receipt_payment_idx ON receipt (payment_id);

CREATE TABLE receipt_line (
  id           BIGSERIAL PRIMARY KEY,
  receipt_id   BIGINT NOT NULL REFERENCES receipt (id) ON DELETE CASCADE,
  description  TEXT NOT NULL,
  total_cents  amount_cents NOT NULL
);

CREATE INDEX receipt_line_receipt_idx ON receipt_line (receipt_id);

CREATE TABLE payout (
  id            BIGSERIAL PRIMARY KEY,
  party_id      BIGINT NOT NULL REFERENCES party (id),
  period        DATERANGE NOT NULL,
  amount_cents  amount_cents NOT NULL,
  paid_at       TIMESTAMPTZ,
  created_at    TIMESTAMPTZ NOT NULL DEFAULT now(),
  CONSTRAINT payout_period_not_empty CHECK (NOT isempty(period))
);

CREATE INDEX payout_party_idx ON payout (party_id);
CREATE INDEX payout_period_idx ON payout USING gist (period);

-- ---------------------------------------------------------------------------
-- Bands and sessions
-- ---------------------------------------------------------------------------

CREATE TABLE band (
  id            BIGSERIAL PRIMARY KEY,
  party_id      BIGINT UNIQUE REFERENCES party (id),
  name          TEXT NOT NULL,
  genre         TEXT,
  home_city     TEXT,
  links         JSONB NOT NULL DEFAULT '{}',
  created_at    TIMESTAMPTZ NOT NULL DEFAULT now(),
  deleted_at    TIMESTAMPTZ
);

CREATE INDEX band_name_idx ON band (lower(name));

CREATE TABLE band_member (
  band_id     BIGINT NOT NULL REFERENCES band (id) ON DELETE CASCADE,
  party_id    BIGINT NOT NULL REFERENCES party (id),
  instrument  TEXT,
  joined_on   DATE,
  left_on     DATE,
  PRIMARY KEY (band_id, party_id),
  CHECK (left_on IS NULL OR left_on >= joined_on)
);

CREATE INDEX band_member_party_idx ON band_member (party_id);

CREATE TABLE session (
  id             BIGSERIAL PRIMARY KEY,
  booking_id     BIGINT REFERENCES booking (id) ON DELETE SET NULL,
  band_id        BIGINT REFERENCES band (id),
  engineer_id    BIGINT REFERENCES party (id),
  service        TEXT NOT NULL,
  status         session_status NOT NULL DEFAULT 'in_prep',
  sample_rate_hz INTEGER CHECK (sample_rate_hz IN (44100, 48000, 88200, 96000, 192000)),
  bit_depth      SMALLINT CHECK (bit_depth IN (16, 24, 32)),
  daw            TEXT,
  session_path   TEXT,
  starts_at      TIMESTAMPTZ,
  ends_at        TIMESTAMPTZ,
  notes          TEXT,
  created_at     TIMESTAMPTZ NOT NULL DEFAULT now(),
  updated_at     TIMESTAMPTZ NOT NULL DEFAULT now()
);

CREATE INDEX session_booking_idx ON session (booking_id);
CREATE INDEX session_band_idx ON session (band_id);
CREATE INDEX session_open_idx ON session (status, starts_at) WHERE status <> 'closed';

CREATE TABLE session_participant (
  session_id  BIGINT NOT NULL REFERENCES session (id) ON DELETE CASCADE,
  party_id    BIGINT NOT NULL REFERENCES party (id),
  role        TEXT NOT NULL,
  PRIMARY KEY (session_id, party_id, role)
);

CREATE TABLE session_deliverable (
  id           BIGSERIAL PRIMARY KEY,
  session_id   BIGINT NOT NULL REFERENCES session (id) ON DELETE CASCADE,
  kind         TEXT NOT NULL CHECK (kind IN ('mix', 'master', 'stems', 'project', 'raw')),
  file_name    TEXT NOT NULL,
  checksum     BYTEA,
  delivered_at TIMESTAMPTZ,
  approved_at  TIMESTAMPTZ
);

CREATE INDEX session_deliverable_session_idx ON session_deliverable (session_id);

CREATE TABLE input_list (
  id          BIGSERIAL PRIMARY KEY,
  session_id  BIGINT NOT NULL REFERENCES session (id) ON DELETE CASCADE,
  version     INTEGER NOT NULL DEFAULT 1,
  title       TEXT NOT NULL,
  created_at  TIMESTAMPTZ NOT NULL DEFAULT now(),
  UNIQUE (session_id, version)
);

CREATE TABLE input_list_row (
  id             BIGSERIAL PRIMARY KEY,
  input_list_id  BIGINT NOT NULL REFERENCES input_list (id) ON DELETE CASCADE,
  channel        INTEGER NOT NULL CHECK (channel BETWEEN 1 AND 256),
  track_name     TEXT,
  instrument     TEXT,
  microphone_id  BIGINT REFERENCES asset (id),
  preamp_id      BIGINT REFERENCES asset (id),
  insert_chain   TEXT[],
  notes          TEXT,
  UNIQUE (input_list_id, channel)
);

CREATE INDEX input_list_row_microphone_idx ON input_list_row (microphone_id) WHERE microphone_id IS NOT NULL;

-- ---------------------------------------------------------------------------
-- Stock
-- ---------------------------------------------------------------------------

CREATE TABLE stock_location (
  id    BIGSERIAL PRIMARY KEY,
  name  TEXT NOT NULL UNIQUE
);

CREATE TABLE stock_item (
  id             BIGSERIAL PRIMARY KEY,
  sku            TEXT NOT NULL UNIQUE,
  name           TEXT NOT NULL,
  unit           TEXT NOT NULL DEFAULT 'piece',
  price_cents    amount_cents,
  reorder_level  INTEGER NOT NULL DEFAULT 0,
  location_id    BIGINT REFERENCES stock_location (id),
  active         BOOLEAN NOT NULL DEFAULT TRUE,
  created_at     TIMESTAMPTZ NOT NULL DEFAULT now()
);

CREATE INDEX stock_item_location_idx ON stock_item (location_id);

CREATE TABLE stock_movement (
  id           BIGSERIAL PRIMARY KEY,
  item_id      BIGINT NOT NULL REFERENCES stock_item (id),
  kind         movement_kind NOT NULL,
  quantity     INTEGER NOT NULL CHECK (quantity <> 0),
  unit_cents   amount_cents,
  invoice_line_id BIGINT REFERENCES invoice_line (id),
  moved_at     TIMESTAMPTZ NOT NULL DEFAULT now(),
  moved_by     BIGINT REFERENCES user_account (id)
);

CREATE INDEX stock_movement_item_idx ON stock_movement (item_id, moved_at);

-- ---------------------------------------------------------------------------
-- Production pipeline
-- ---------------------------------------------------------------------------

CREATE TABLE pipeline_stage (
  id        BIGSERIAL PRIMARY KEY,
  pipeline  TEXT NOT NULL,
  name      TEXT NOT NULL,
  position  INTEGER NOT NULL,
  UNIQUE (pipeline, name),
  CONSTRAINT pipeline_stage_position_key UNIQUE (pipeline, position) DEFERRABLE INITIALLY DEFERRED
);

CREATE TABLE pipeline_card (
  id           BIGSERIAL PRIMARY KEY,
  stage_id     BIGINT NOT NULL REFERENCES pipeline_stage (id),
  order_id     BIGINT REFERENCES service_order (id) ON DELETE CASCADE,
  title        TEXT NOT NULL,
  artist_id    BIGINT REFERENCES party (id),
  position     INTEGER NOT NULL DEFAULT 0,
  notes        TEXT,
  created_at   TIMESTAMPTZ NOT NULL DEFAULT now(),
  updated_at   TIMESTAMPTZ NOT NULL DEFAULT now(),
  archived_at  TIMESTAMPTZ
);

CREATE INDEX pipeline_card_stage_idx ON pipeline_card (stage_id, position) WHERE archived_at IS NULL;
CREATE INDEX pipeline_card_order_idx ON pipeline_card (order_id);

CREATE TABLE pipeline_card_event (
  id          BIGSERIAL PRIMARY KEY,
  card_id     BIGINT NOT NULL REFERENCES pipeline_card (id) ON DELETE CASCADE,
  from_stage  BIGINT REFERENCES pipeline_stage (id),
  to_stage    BIGINT REFERENCES pipeline_stage (id),
  actor_id    BIGINT REFERENCES party (id),
  created_at  TIMESTAMPTZ NOT NULL DEFAULT now()
);

CREATE INDEX pipeline_card_event_card_idx ON pipeline_card_event (card_id, created_at);

-- ---------------------------------------------------------------------------
-- Extended tables: UUID keys
-- ---------------------------------------------------------------------------

CREATE TABLE external_calendar (
  id             UUID PRIMARY KEY DEFAULT uuid_generate_v4(),
  owner_id       BIGINT NOT NULL REFERENCES party (id) ON DELETE CASCADE,
  provider       TEXT NOT NULL CHECK (provider IN ('google', 'microsoft', 'caldav')),
  calendar_ref   TEXT NOT NULL,
  sync_cursor    TEXT,
  last_synced_at TIMESTAMPTZ,
  UNIQUE (provider, calendar_ref)
);

CREATE INDEX external_calendar_owner_idx ON external_calendar (owner_id);

CREATE TABLE external_calendar_mapping (
  id           UUID PRIMARY KEY DEFAULT uuid_generate_v4(),
  calendar_id  UUID NOT NULL REFERENCES external_calendar (id) ON DELETE CASCADE,
  booking_id   BIGINT NOT NULL REFERENCES booking (id) ON DELETE CASCADE,
  external_id  TEXT NOT NULL,
  etag         TEXT,
  synced_at    TIMESTAMPTZ NOT NULL DEFAULT now(),
  CONSTRAINT external_calendar_mapping_event_key UNIQUE (calendar_id, external_id)
);

CREATE INDEX external_calendar_mapping_booking_idx ON external_calendar_mapping (booking_id);

CREATE TABLE course (
  id           UUID PRIMARY KEY DEFAULT uuid_generate_v4(),
  slug         TEXT NOT NULL UNIQUE,
  title        TEXT NOT NULL,
  summary      TEXT,
  price_cents  amount_cents NOT NULL,
  currency     currency_code NOT NULL DEFAULT 'USD',
  created_at   TIMESTAMPTZ NOT NULL DEFAULT now(),
  deleted_at   TIMESTAMPTZ
);

CREATE TABLE course_edition (
  id          UUID PRIMARY KEY DEFAULT uuid_generate_v4(),
  course_id   UUID NOT NULL REFERENCES course (id),
  teacher_id  BIGINT REFERENCES party (id),
  starts_on   DATE NOT NULL,
  ends_on     DATE NOT NULL,
  capacity    INTEGER NOT NULL CHECK (capacity > 0),
  room_id     BIGINT REFERENCES room (id),
  created_at  TIMESTAMPTZ NOT NULL DEFAULT now(),
  CONSTRAINT course_edition_period CHECK (ends_on >= starts_on)
);

CREATE INDEX course_edition_course_idx ON course_edition (course_id, starts_on);
CREATE INDEX course_edition_teacher_idx ON course_edition (teacher_id);

CREATE TABLE course_registration (
  id             UUID PRIMARY KEY DEFAULT uuid_generate_v4(),
  edition_id     UUID NOT NULL REFERENCES course_edition (id),
  student_id     BIGINT NOT NULL REFERENCES party (id),
  invoice_id     BIGINT REFERENCES invoice (id),
  status         TEXT NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'confirmed', 'cancelled', 'completed')),
  registered_at  TIMESTAMPTZ NOT NULL DEFAULT now(),
  CONSTRAINT course_registration_once UNIQUE (edition_id, student_id)
);

CREATE INDEX course_registration_student_idx ON course_registration (student_id);

CREATE TABLE lead (
  id            UUID PRIMARY KEY DEFAULT uuid_generate_v4(),
  display_name  TEXT,
  email         TEXT,
  phone         TEXT,
  source        TEXT NOT NULL DEFAULT 'website',
  status        lead_status NOT NULL DEFAULT 'new',
  edition_id    UUID REFERENCES course_edition (id) ON DELETE SET NULL,
  party_id      BIGINT REFERENCES party (id),
  created_at    TIMESTAMPTZ NOT NULL DEFAULT now(),
  updated_at    TIMESTAMPTZ NOT NULL DEFAULT now(),
  CONSTRAINT lead_reachable CHECK (num_nonnulls(email, phone) > 0)
);

CREATE INDEX lead_status_idx ON lead (status, created_at);
CREATE INDEX lead_phone_idx ON lead (phone) WHERE phone IS NOT NULL;

CREATE TABLE lead_note (
  id          UUID PRIMARY KEY DEFAULT uuid_generate_v4(),
  lead_id     UUID NOT NULL REFERENCES lead (id) ON DELETE CASCADE,
  author_id   BIGINT REFERENCES party (id),
  body        TEXT NOT NULL,
  created_at  TIMESTAMPTZ NOT NULL DEFAULT now()
);

CREATE INDEX lead_note_lead_idx ON lead_note (lead_id);

CREATE TABLE whatsapp_message_log (
  id           UUID PRIMARY KEY DEFAULT uuid_generate_v4(),
  direction    message_direction NOT NULL,
  phone        TEXT NOT NULL,
  lead_id      UUID REFERENCES lead (id) ON DELETE SET NULL,
  party_id     BIGINT REFERENCES party (id),
  provider_id  TEXT UNIQUE,
  body         TEXT,
  payload      JSONB,
  sent_at      TIMESTAMPTZ NOT NULL DEFAULT now(),
  error        TEXT
);

CREATE INDEX whatsapp_message_log_phone_idx ON whatsapp_message_log (phone, sent_at DESC);

CREATE TABLE email_message_log (
  id          UUID PRIMARY KEY DEFAULT uuid_generate_v4(),
  direction   message_direction NOT NULL DEFAULT 'outbound',
  recipient   TEXT NOT NULL,
  subject     TEXT,
  party_id    BIGINT REFERENCES party (id),
  template    TEXT,
  sent_at     TIMESTAMPTZ NOT NULL DEFAULT now(),
  error       TEXT
);

CREATE INDEX email_message_log_recipient_idx ON email_message_log (lower(recipient), sent_at DESC);

CREATE TABLE notification_preference (
  party_id  BIGINT NOT NULL REFERENCES party (id) ON DELETE CASCADE,
  topic     TEXT NOT NULL,
  channel   TEXT NOT NULL,
  enabled   BOOLEAN NOT NULL DEFAULT TRUE,
  PRIMARY KEY (party_id, topic, channel)
);

CREATE TABLE file_attachment (
  id           UUID PRIMARY KEY DEFAULT uuid_generate_v4(),
  entity       TEXT NOT NULL,
  entity_id    TEXT NOT NULL,
  file_name    TEXT NOT NULL,
  media_type   TEXT NOT NULL,
  size_bytes   BIGINT NOT NULL CHECK (size_bytes >= 0),
  sha256       BYTEA NOT NULL,
  uploaded_by  BIGINT REFERENCES user_account (id),
  created_at   TIMESTAMPTZ NOT NULL DEFAULT now()
);

CREATE INDEX file_attachment_entity_idx ON file_attachment (entity, entity_id);
CREATE INDEX file_attachment_sha256_idx ON file_attachment USING hash (sha256);

CREATE TABLE contract (
  id           UUID PRIMARY KEY DEFAULT uuid_generate_v4(),
  party_id     BIGINT NOT NULL REFERENCES party (id),
  order_id     BIGINT REFERENCES service_order (id),
  title        TEXT NOT NULL,
  terms        TEXT NOT NULL,
  signed_at    TIMESTAMPTZ,
  document_id  UUID REFERENCES file_attachment (id),
  created_at   TIMESTAMPTZ NOT NULL DEFAULT now(),
  deleted_at   TIMESTAMPTZ
);

CREATE INDEX contract_party_idx ON contract (party_id);
CREATE INDEX contract_unsigned_idx ON contract (created_at) WHERE signed_at IS NULL AND deleted_at IS NULL;

CREATE TABLE webhook_delivery (
  id            UUID PRIMARY KEY DEFAULT uuid_generate_v4(),
  endpoint      TEXT NOT NULL,
  event         TEXT NOT NULL,
  payload       JSONB NOT NULL,
  secret_digest BYTEA,
  attempts      INTEGER NOT NULL DEFAULT 0,
  next_try_at   TIMESTAMPTZ,
  delivered_at  TIMESTAMPTZ,
  created_at    TIMESTAMPTZ NOT NULL DEFAULT now()
);

CREATE INDEX webhook_delivery_pending_idx ON webhook_delivery (next_try_at) WHERE delivered_at IS NULL;
CREATE INDEX webhook_delivery_payload_idx ON webhook_delivery USING gin (payload jsonb_path_ops);

-- ---------------------------------------------------------------------------
-- Indexes that serve more than one screen
-- ---------------------------------------------------------------------------

CREATE INDEX party_created_at_idx ON party (created_at DESC) INCLUDE (display_name);
CREATE INDEX service_order_scheduled_idx ON service_order (scheduled_start) WHERE scheduled_start IS NOT NULL;
CREATE INDEX payment_created_by_idx ON payment (created_by);
CREATE INDEX whatsapp_message_log_lead_idx ON whatsapp_message_log (lead_id) WHERE lead_id IS NOT NULL;

-- ---------------------------------------------------------------------------
-- Views
-- ---------------------------------------------------------------------------

CREATE VIEW active_party AS
  SELECT id, kind, display_name, primary_email, primary_phone
  FROM party
  WHERE deleted_at IS NULL;

CREATE VIEW invoice_balance AS
  SELECT i.id, i.number, i.customer_id, i.status, i.total_cents,
         coalesce(sum(a.amount_cents), 0)::bigint AS paid_cents,
         i.total_cents - coalesce(sum(a.amount_cents), 0)::bigint AS open_cents
  FROM invoice i
  LEFT JOIN payment_allocation a ON a.invoice_id = i.id
  WHERE i.deleted_at IS NULL
  GROUP BY i.id;

CREATE VIEW stock_level AS
  SELECT s.id, s.sku, s.name, coalesce(sum(m.quantity), 0) AS on_hand, s.reorder_level
  FROM stock_item s
  LEFT JOIN stock_movement m ON m.item_id = s.id
  GROUP BY s.id;

-- ---------------------------------------------------------------------------
-- Triggers
-- ---------------------------------------------------------------------------

CREATE TRIGGER party_touch BEFORE UPDATE ON party FOR EACH ROW EXECUTE FUNCTION touch_updated_at();
CREATE TRIGGER user_account_touch BEFORE UPDATE ON user_account FOR EACH ROW EXECUTE FUNCTION touch_updated_at();
CREATE TRIGGER service_order_touch BEFORE UPDATE ON service_order FOR EACH ROW EXECUTE FUNCTION touch_updated_at();
CREATE TRIGGER booking_touch BEFORE UPDATE ON booking FOR EACH ROW EXECUTE FUNCTION touch_updated_at();
CREATE TRIGGER invoice_touch BEFORE UPDATE ON invoice FOR EACH ROW EXECUTE FUNCTION touch_updated_at();
CREATE TRIGGER session_touch BEFORE UPDATE ON session FOR EACH ROW EXECUTE FUNCTION touch_updated_at();
CREATE TRIGGER pipeline_card_touch BEFORE UPDATE ON pipeline_card FOR EACH ROW EXECUTE FUNCTION touch_updated_at();
CREATE TRIGGER lead_touch BEFORE UPDATE ON lead FOR EACH ROW EXECUTE FUNCTION touch_updated_at();

-- ---------------------------------------------------------------------------
-- Comments
-- ---------------------------------------------------------------------------

COMMENT ON TABLE party IS 'Everybody the studio deals with: artists, customers, staff, vendors';
COMMENT ON COLUMN party.deleted_at IS 'Set when the party was removed by the application; rows stay';
COMMENT ON TABLE session_deliverable IS 'What leaves the studio after a session';
COMMENT ON COLUMN invoice.total_cents IS 'Subtotal and tax, computed by the database';
COMMENT ON FUNCTION next_document_number(text, integer, bigint) IS 'The printed number of an invoice or receipt';

-- ---------------------------------------------------------------------------
-- Seed data: what a new studio begins with
-- ---------------------------------------------------------------------------

INSERT INTO tax_rate (code, description, basis_points, valid_from) VALUES
  ('none', 'No tax', 0, '2020-01-01'),
  ('iva12', 'Value added tax until 2024', 1200, '2020-01-01'),
  ('iva15', 'Value added tax', 1500, '2024-04-01');

INSERT INTO room (name, capacity, channel_count, default_rate_cents, features) VALUES
  ('Control Room', 6, 48, 4500, '{console,monitors}'),
  ('Live Room', 12, 24, 6000, '{drums,piano}'),
  ('Vocal Booth', 2, 4, 2500, '{treated}'),
  ('Classroom', 20, 8, 3000, '{projector}');

INSERT INTO service_catalog (name, kind, pricing_model, rate_cents, tax_rate_id) VALUES
  ('Recording', 'recording', 'hourly', 4500, 3),
  ('Mixing', 'mixing', 'per_song', 20000, 3),
  ('Mastering', 'mastering', 'per_song', 8000, 3),
  ('Podcast', 'podcast', 'package', 15000, 3),
  ('Event sound', 'event', 'quote', NULL, 3);

INSERT INTO package_product (name, service_id, units_kind, units, price_cents, expires_days) VALUES
  ('Ten recording hours', 1, 'hours', 10, 40000, 180),
  ('Four mixes', 2, 'songs', 4, 72000, 365);

INSERT INTO pipeline_stage (pipeline, name, position) VALUES
  ('mixing', 'Received', 1), ('mixing', 'Mixing', 2), ('mixing', 'Revision', 3), ('mixing', 'Approved', 4),
  ('mastering', 'Received', 1), ('mastering', 'Mastering', 2), ('mastering', 'Approved', 3);

INSERT INTO stock_location (name) VALUES ('Shop'), ('Store room');

INSERT INTO course (slug, title, price_cents) VALUES
  ('music-production', 'Music production', 49000),
  ('live-sound', 'Live sound', 39000);
