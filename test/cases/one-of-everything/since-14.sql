-- One of everything that SQL can make on PostgreSQL 14 and later, each with attributes that are not the default.

create schema shop;
comment on schema shop is 'The shop';
create schema "Hostile ""Schema""";
create extension pg_trgm with schema shop;
create extension postgres_fdw;
comment on extension pg_trgm is 'ours';

-- Types

create type shop.mood as enum ('sad', 'ok', 'it''s "fine"');
comment on type shop.mood is 'how one feels';
create type shop.pair as (x integer, y text collate "C");
comment on column shop.pair.y is 'second';
create domain shop.email as character varying(200) collate "C" default 'nobody@example.org'
  constraint has_at check (value ~ '@') constraint not_long check (length(value) < 100) not null;
alter domain shop.email add constraint later check (value <> 'x') not valid;
comment on domain shop.email is 'an address';
comment on constraint has_at on domain shop.email is 'there is an @';
create function shop.money_diff(numeric, numeric) returns double precision
  language sql immutable strict as 'select ($1 - $2)::double precision';
create type shop.price_range as range (subtype = numeric, subtype_diff = shop.money_diff, multirange_type_name = shop.price_ranges);
create type shop.text_range as range (subtype = text, subtype_opclass = text_pattern_ops, collation = "C");
create type shop.undefined;
create type shop.color;
create function shop.color_in(cstring) returns shop.color language internal immutable strict as 'int4in';
create function shop.color_out(shop.color) returns cstring language internal immutable strict as 'int4out';
create type shop.color (
  input = shop.color_in, output = shop.color_out, internallength = 4, passedbyvalue, alignment = int4,
  category = 'N', preferred = false, default = '0', delimiter = ';'
);
create collation shop.german (provider = icu, locale = 'de-u-co-phonebk', deterministic = false);
create collation shop.posix (lc_collate = 'C', lc_ctype = 'POSIX');

-- Sequences

create sequence shop.numbers as integer increment by -3 minvalue -1000 maxvalue 100 start with 50 cache 7 cycle;
create sequence shop.plain;

-- Tables

create table shop.customer (
  id bigint generated always as identity (start with 100 increment by 5 cache 3) primary key,
  email shop.email,
  name character varying(80) collate "C" not null,
  nick text default 'it''s',
  mood shop.mood default 'ok',
  moods shop.mood[],
  place shop.pair,
  joined timestamp(3) with time zone default now() not null,
  total numeric(12,2) default 0 not null,
  twice numeric(14,2) generated always as (total * 2) stored,
  big text,
  constraint customer_name_key unique (name) include (nick),
  constraint positive check (total >= 0) no inherit,
  constraint customer_email_key unique (email) deferrable initially deferred
) with (fillfactor = 70, autovacuum_enabled = false, toast.autovacuum_enabled = false);
alter table shop.customer alter column big set storage external;
alter table shop.customer alter column nick set compression pglz;
alter table shop.customer alter column name set statistics 500;
alter table shop.customer alter column total set (n_distinct = -0.5);
alter table shop.customer add constraint unchecked check (nick <> '') not valid;
alter table shop.customer replica identity full;
comment on table shop.customer is 'Who buys';
comment on column shop.customer.name is 'full name';
comment on constraint positive on shop.customer is 'no debts';
create unlogged table shop.cache (key text primary key, value bytea);
create table shop.serials (id serial, small smallserial, named integer default nextval('shop.numbers'));
create table shop.typed of shop.pair (x with options not null primary key);
create table shop.parent (a integer not null check (a > 0), b text default 'p');
create table shop.child (c integer default 3) inherits (shop.parent);
alter table shop.child alter column b set default 'c';
create table "Hostile ""Schema"""."Ta""ble; drop" ("Col""umn" integer, "select" text, "Ünïcödé" text, " " integer);
comment on column "Hostile ""Schema"""."Ta""ble; drop"."Col""umn" is E'quote '' and \\ backslash';

create table shop.measure (
  at date not null,
  sensor integer not null,
  value double precision,
  label text,
  primary key (at, sensor)
) partition by range (at);
create table shop.measure_2024 partition of shop.measure for values from ('2024-01-01') to ('2025-01-01');
create table shop.measure_2025 partition of shop.measure (value default 0)
  for values from ('2025-01-01') to ('2026-01-01') partition by list (sensor);
create table shop.measure_2025_one partition of shop.measure_2025 for values in (1, 2, null);
create table shop.measure_rest partition of shop.measure default;
create index measure_label on shop.measure (label);
create table shop.hashed (id integer, t text) partition by hash (id, lower(t) collate "C" text_pattern_ops);
create table shop.hashed_0 partition of shop.hashed for values with (modulus 2, remainder 0);
create index on only shop.hashed (t);

create table shop.booking (
  room integer not null,
  during tsrange not null,
  customer bigint,
  nick text,
  state text default 'new',
  constraint no_double exclude using gist (int4range(room, room, '[]') with =, during with &&)
    where (state <> 'cancelled') deferrable,
  constraint booking_customer foreign key (customer) references shop.customer (id)
    on update cascade on delete set null deferrable initially deferred
);
alter table shop.booking add constraint booking_nick foreign key (nick) references shop.customer (name)
  match full on delete restrict not valid;
create table shop.measured (at date, sensor integer, foreign key (at, sensor) references shop.measure on delete cascade);
comment on index shop.customer_pkey is 'the key';
alter table shop.customer cluster on customer_pkey;

-- Indexes

create index customer_lower on shop.customer (lower(name) collate "C" desc nulls last, total nulls first)
  include (nick) with (fillfactor = 50) where total > 10;
create index customer_trgm on shop.customer using gist (name shop.gist_trgm_ops (siglen = 24), big shop.gist_trgm_ops);
create index customer_pattern on shop.customer (name text_pattern_ops);
create index customer_brin on shop.customer using brin (joined) with (pages_per_range = 16);
create index customer_hash on shop.customer using hash (big);
create index customer_expression on shop.customer ((total * 2), (nick || name));
alter index shop.customer_expression alter column 1 set statistics 300;
create unique index cache_value on shop.cache (key desc);
alter table shop.cache alter column value set not null;
create unique index cache_identity on shop.cache (value);
alter table shop.cache replica identity using index cache_identity;
comment on index shop.customer_lower is 'by lower name';
create statistics shop.customer_stats (ndistinct, mcv) on name, nick from shop.customer;
alter statistics shop.customer_stats set statistics 700;
create statistics shop.customer_expr on (lower(name)) from shop.customer;
create statistics shop.customer_all on mood, total, (total * 2) from shop.customer;
comment on statistics shop.customer_stats is 'together';

-- Views

create view shop.rich with (security_barrier = true) as
  select id, name, total from shop.customer where total > 1000 with local check option;
alter view shop.rich alter column name set default 'nobody';
comment on view shop.rich is 'who has much';
comment on column shop.rich.name is 'a name';
create view shop.richer as select * from shop.rich where total > 5000;
create view shop.countdown as
  with recursive c (n) as (values (10) union all select n - 1 from c where n > 0) select n from c;
create materialized view shop.totals with (fillfactor = 60) as
  select mood, sum(total) as sum from shop.customer group by mood with no data;
create unique index totals_mood on shop.totals (mood);
create materialized view shop.filled as select 1 as one;

-- Routines

create function shop.add(a integer, b integer default 3) returns integer
  language sql immutable strict leakproof parallel safe cost 7 as 'select a + b';
create function shop.add(a text, b text) returns text language sql stable as $$select a || 'x' || b$$;
create function shop.many(inout a integer, out b text, variadic c text[] default '{}') returns setof record
  language plpgsql security definer rows 17 set search_path = shop, pg_temp set work_mem = '8MB' as
  $body$begin return query select a, 'x $$ y'::text; end$body$;
create function shop.tabular(n integer) returns table (x integer, "Y" text) language sql as 'select 1, ''a''';
create function shop.atomic(a integer) returns integer language sql begin atomic select a + total::integer from shop.customer; end;
create function shop.returning(a integer) returns integer language sql return a + 1;
create function shop.by_internal(integer) returns integer language internal immutable strict as 'int4abs';
create function shop.supported(text, text) returns boolean language internal immutable strict support textlike_support as 'textlike';
create procedure shop.work(a integer, inout b text) language plpgsql as 'begin b := a::text; commit; end';
create function shop.my_rank() returns bigint language internal window immutable as 'window_rank';
comment on function shop.add(integer, integer) is 'plus';
comment on procedure shop.work(integer, text) is 'does';
create aggregate shop.total(numeric) (sfunc = numeric_add, stype = numeric, initcond = '0', combinefunc = numeric_add, parallel = safe);
create aggregate shop.moving(numeric) (
  sfunc = numeric_add, stype = numeric, msfunc = numeric_add, minvfunc = numeric_sub, mstype = numeric, minitcond = '0');
create aggregate shop.biggest(integer) (sfunc = int4larger, stype = integer, sortop = operator(pg_catalog.>));
create aggregate shop.middle(double precision order by anyelement) (
  sfunc = ordered_set_transition, stype = internal, finalfunc = percentile_disc_final, finalfunc_extra, finalfunc_modify = read_write);
create aggregate shop.place(variadic "any" order by variadic "any") (
  sfunc = ordered_set_transition_multi, stype = internal, finalfunc = rank_final, finalfunc_extra, hypothetical);
comment on aggregate shop.total(numeric) is 'sums';

-- Triggers and rules

create function shop.touched() returns trigger language plpgsql as 'begin return new; end';
create function shop.on_ddl() returns event_trigger language plpgsql as 'begin null; end';
create trigger customer_touch before update of name, nick on shop.customer
  for each row when (old.name is distinct from new.name and new.nick <> ') EXECUTE FUNCTION x(') execute function shop.touched('a', 'it''s');
create trigger customer_log after insert or delete on shop.customer for each statement execute function shop.touched();
alter table shop.customer disable trigger customer_log;
create trigger customer_rows after update on shop.customer referencing old table as before new table as after
  for each statement execute function shop.touched();
alter table shop.customer enable always trigger customer_rows;
create constraint trigger booking_check after insert on shop.booking from shop.customer deferrable initially deferred
  for each row execute function shop.touched();
create trigger rich_write instead of insert on shop.rich for each row execute function shop.touched();
create trigger measure_touch after insert on shop.measure for each row execute function shop.touched();
alter table shop.measure_2024 disable trigger measure_touch;
create trigger serials_truncate before truncate on shop.serials execute function shop.touched();
comment on trigger customer_touch on shop.customer is 'touch';
create event trigger on_create on ddl_command_start when tag in ('CREATE TABLE', 'DROP TABLE') execute function shop.on_ddl();
alter event trigger on_create disable;
comment on event trigger on_create is 'watch';
create rule richer_insert as on insert to shop.richer where new.total > 1 do instead nothing;
create rule serials_notify as on update to shop.serials do also notify serials;
alter table shop.serials enable replica rule serials_notify;
comment on rule serials_notify on shop.serials is 'tell';

-- Row security

alter table shop.customer enable row level security;
alter table shop.customer force row level security;
create policy customer_own on shop.customer as restrictive for update to pg_monitor, current_user
  using (nick = current_user) with check (total > 0);
create policy customer_see on shop.customer for select using (true);
comment on policy customer_own on shop.customer is 'own rows';

-- Operators, casts, languages

create function shop.mood_to_int(shop.mood) returns integer language sql immutable as 'select 1';
create cast (shop.mood as integer) with function shop.mood_to_int(shop.mood) as assignment;
create cast (shop.color as integer) without function as implicit;
create cast (shop.pair as text) with inout;
comment on cast (shop.mood as integer) is 'number';
create function shop.same(shop.color, shop.color) returns boolean language internal immutable strict as 'int4eq';
create function shop.differs(shop.color, shop.color) returns boolean language internal immutable strict as 'int4ne';
create function shop.compare(shop.color, shop.color) returns integer language internal immutable strict as 'btint4cmp';
create function shop.less(shop.color, shop.color) returns boolean language internal immutable strict as 'int4lt';
create operator shop.=== (leftarg = shop.color, rightarg = shop.color, function = shop.same, commutator = operator(shop.===),
  negator = operator(shop.!==), restrict = eqsel, join = eqjoinsel, hashes, merges);
create operator shop.!== (leftarg = shop.color, rightarg = shop.color, function = shop.differs, commutator = operator(shop.!==),
  negator = operator(shop.===));
create operator shop.<<< (leftarg = shop.color, rightarg = shop.color, function = shop.less);
create operator shop.@# (rightarg = integer, function = int4abs);
comment on operator shop.=== (shop.color, shop.color) is 'same color';
create operator family shop.color_family using btree;
create operator class shop.color_ops default for type shop.color using btree family shop.color_family as
  operator 1 shop.<<<, operator 3 shop.===, function 1 shop.compare(shop.color, shop.color);
alter operator family shop.color_family using btree add function 1 (integer, shop.color) btint4cmp(integer, integer);
create operator class shop.lonely_ops for type integer using hash as operator 1 =, function 1 hashint4(integer);
comment on operator class shop.color_ops using btree is 'order';
comment on operator family shop.color_family using btree is 'orders';
create trusted language shop_language handler plpgsql_call_handler inline plpgsql_inline_handler validator plpgsql_validator;
comment on language shop_language is 'speech';
create function shop.jsonb_from(internal) returns internal language internal immutable strict as 'textout';
create transform for text language shop_language (from sql with function shop.jsonb_from(internal));
create conversion shop.latin for 'LATIN1' to 'UTF8' from iso8859_1_to_utf8;
comment on conversion shop.latin is 'convert';
create access method shop_heap type table handler heap_tableam_handler;
comment on access method shop_heap is 'heap again';
create table shop.on_other_heap (a integer) using shop_heap;

-- Text search

create text search parser shop.words (start = prsd_start, gettoken = prsd_nexttoken, end = prsd_end,
  lextypes = prsd_lextype, headline = prsd_headline);
create text search template shop.simply (init = dsimple_init, lexize = dsimple_lexize);
create text search dictionary shop.few (template = shop.simply, stopwords = 'english', accept = 'false');
create text search configuration shop.english (parser = shop.words);
alter text search configuration shop.english add mapping for asciiword, word with shop.few, pg_catalog.english_stem;
alter text search configuration shop.english add mapping for int with pg_catalog.simple;
comment on text search configuration shop.english is 'search';
comment on text search dictionary shop.few is 'dictionary';
comment on text search parser shop.words is 'parser';
comment on text search template shop.simply is 'template';

-- Foreign data

create foreign data wrapper shop_wrapper options (debug 'true');
create server shop_server type 'own' version '1' foreign data wrapper shop_wrapper options (host 'elsewhere', "dbname" 'x');
create server pg_server foreign data wrapper postgres_fdw options (host 'localhost');
create user mapping for current_user server shop_server options ("user" 'me', password 'secret');
create user mapping for public server pg_server options (user 'guest');
create foreign table shop.remote (
  id integer options (column_name 'ID') not null, name text collate "C" default 'x', constraint remote_check check (id > 0)
) server shop_server options (table_name 'other', schema_name 'public');
comment on foreign table shop.remote is 'far';
comment on server shop_server is 'server';
comment on foreign data wrapper shop_wrapper is 'wrapper';

-- Replication

create publication all_of_it for all tables with (publish = 'insert, update', publish_via_partition_root = true);
create publication some_of_it for table shop.customer, shop.booking;
comment on publication some_of_it is 'some';
create subscription shop_subscription connection 'host=nowhere dbname=x user=me password=secret'
  publication one, two with (connect = false, slot_name = none, binary = true, synchronous_commit = 'local');
comment on subscription shop_subscription is 'sub';

-- Who may what

revoke all on schema public from public;
grant usage, create on schema shop to pg_monitor with grant option;
grant select, insert on shop.customer to pg_monitor;
grant update (name, nick) on shop.customer to pg_signal_backend with grant option;
grant usage on sequence shop.numbers to public;
revoke all on shop.serials from current_user;
revoke execute on function shop.add(integer, integer) from public;
grant execute on procedure shop.work(integer, text) to pg_monitor;
grant usage on type shop.mood to pg_monitor;
revoke usage on type shop.email from public;
revoke usage on language shop_language from public;
grant usage on foreign data wrapper shop_wrapper to pg_monitor;
grant usage on foreign server shop_server to pg_monitor;
revoke execute on function pg_catalog.pg_sleep(double precision) from public;
grant execute on function shop.similarity(text, text) to pg_monitor;
alter default privileges grant select on tables to pg_monitor;
alter default privileges in schema shop grant execute on functions to pg_monitor with grant option;
alter default privileges revoke execute on functions from public;
alter default privileges grant usage on schemas to pg_monitor;
alter table shop.cache owner to pg_monitor;
alter function shop.tabular(integer) owner to pg_monitor;
alter function shop.tabular(integer) depends on extension pg_trgm;
alter index shop.customer_hash depends on extension pg_trgm;
-- Two keys over the same columns, which CREATE TABLE would make one of.
CREATE TABLE twice_keyed (name text NOT NULL, other int NOT NULL);
ALTER TABLE twice_keyed ADD CONSTRAINT twice_keyed_unique UNIQUE (name);
ALTER TABLE twice_keyed ADD CONSTRAINT twice_keyed_pkey PRIMARY KEY (name);
ALTER TABLE twice_keyed ADD CONSTRAINT twice_keyed_other UNIQUE (other);
ALTER TABLE twice_keyed ADD CONSTRAINT twice_keyed_other_again UNIQUE (other);
-- A partition that lacks its parent's default.
CREATE TABLE with_default (id int NOT NULL, at timestamptz DEFAULT now()) PARTITION BY LIST (id);
CREATE TABLE without_default PARTITION OF with_default FOR VALUES IN (1);
ALTER TABLE ONLY without_default ALTER COLUMN at DROP DEFAULT;
