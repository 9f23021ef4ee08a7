=== foreign_data_wrapper/present
--- a
--- b
create foreign data wrapper :"probe";

=== foreign_data_wrapper/validator
--- a
create foreign data wrapper :"probe";
--- b
create foreign data wrapper :"probe" validator postgresql_fdw_validator;

=== foreign_data_wrapper/handler
create extension if not exists file_fdw schema pg_catalog;
--- a
create foreign data wrapper :"probe";
--- b
create foreign data wrapper :"probe" handler file_fdw_handler;

=== foreign_data_wrapper/owner
create foreign data wrapper :"probe";
--- a
--- b
alter foreign data wrapper :"probe" owner to probe_superuser;

=== server/present
create foreign data wrapper :"probe";
--- a
--- b
create server :"probe" foreign data wrapper :"probe";

=== server/owner
create foreign data wrapper :"probe";
create server :"probe" foreign data wrapper :"probe";
--- a
--- b
alter server :"probe" owner to pg_monitor;

=== server/wrapper
create foreign data wrapper :"probe";
create foreign data wrapper "another wrapper";
--- a
create server :"probe" foreign data wrapper :"probe";
--- b
create server :"probe" foreign data wrapper "another wrapper";

=== server/versionNone
create foreign data wrapper :"probe";
--- a
create server :"probe" foreign data wrapper :"probe";
--- b
create server :"probe" version '5' foreign data wrapper :"probe";

=== user_mapping/present
create foreign data wrapper :"probe";
create server :"probe" foreign data wrapper :"probe";
--- a
--- b
create user mapping for public server :"probe";

=== user_mapping/presentOfRole
create foreign data wrapper :"probe";
create server :"probe" foreign data wrapper :"probe";
--- a
--- b
create user mapping for pg_monitor server :"probe" options (user 'x');

=== user_mapping/optionsUser
create foreign data wrapper :"probe";
create server :"probe" foreign data wrapper :"probe";
--- a
create user mapping for pg_monitor server :"probe" options (user 'x');
--- b
create user mapping for pg_monitor server :"probe" options (user 'y');

=== publication/present
--- a
--- b
create publication :"probe";

=== publication/owner
create publication :"probe";
--- a
--- b
alter publication :"probe" owner to pg_monitor;

=== publication/publishNone
--- a
create publication :"probe";
--- b
create publication :"probe" with (publish = '');

=== publication/publishTruncate
--- a
create publication :"probe" with (publish = 'insert, truncate');
--- b
create publication :"probe" with (publish = 'insert');

=== publication_table/presentOne
create table t (a integer);
create publication :"probe";
--- a
--- b
alter publication :"probe" add table t;

=== publication_table/columnsOther since 15
create table t (a integer, b integer);
--- a
create publication :"probe" for table t (a);
--- b
create publication :"probe" for table t (b);

=== publication_table/columnsNone since 15
create table t (a integer, b integer);
--- a
create publication :"probe" for table t;
--- b
create publication :"probe" for table t (a, b);

=== publication_table/filterOther since 15
create table t (a integer);
--- a
create publication :"probe" for table t where (a > 0);
--- b
create publication :"probe" for table t where (a > 1);

=== publication_schema/presentOne since 15
create publication :"probe";
--- a
--- b
alter publication :"probe" add tables in schema :"probe";

=== subscription/present
--- a
--- b
create subscription :"probe" connection 'host=nowhere' publication one with (connect = false, slot_name = none);

=== subscription/owner
create subscription :"probe" connection 'host=nowhere' publication one with (connect = false, slot_name = none);
--- a
--- b
alter subscription :"probe" owner to probe_superuser;

=== subscription/twoPhase since 15
--- a
create subscription :"probe" connection 'host=nowhere' publication one with (connect = false, slot_name = none);
--- b
create subscription :"probe" connection 'host=nowhere' publication one with (connect = false, slot_name = none, two_phase = true);

=== subscription/slotName
create subscription :"probe" connection 'host=nowhere' publication one with (connect = false, slot_name = none);
--- a
--- b
alter subscription :"probe" set (slot_name = 'other');

=== subscription/passwordRequired since 16
create subscription :"probe" connection 'host=nowhere' publication one with (connect = false, slot_name = none);
--- a
--- b
alter subscription :"probe" set (password_required = false);

=== subscription/failover since 17
--- a
create subscription :"probe" connection 'host=nowhere' publication one with (connect = false, slot_name = none);
--- b
create subscription :"probe" connection 'host=nowhere' publication one with (connect = false, slot_name = none, failover = true);

=== subscription/streamingParallel since 16
--- a
create subscription :"probe" connection 'host=nowhere' publication one with (connect = false, slot_name = none, streaming = on);
--- b
create subscription :"probe" connection 'host=nowhere' publication one with (connect = false, slot_name = none, streaming = parallel);

=== subscription/publicationsMore
--- a
create subscription :"probe" connection 'host=nowhere' publication one with (connect = false, slot_name = none);
--- b
create subscription :"probe" connection 'host=nowhere' publication one, two with (connect = false, slot_name = none);

=== comment/onTable
create table t (a integer);
--- a
--- b
comment on table t is 'x';

=== comment/textOther
create table t (a integer);
comment on table t is 'x';
--- a
--- b
comment on table t is 'y';

=== comment/onColumn
create table t (a integer);
--- a
--- b
comment on column t.a is 'x';

=== comment/onIndex
create table t (a integer);
create index i on t (a);
--- a
--- b
comment on index i is 'x';

=== comment/onConstraint
create table t (a integer constraint c check (a > 0));
--- a
--- b
comment on constraint c on t is 'x';

=== comment/onNotNull since 18
create table t (a integer not null);
--- a
--- b
comment on constraint t_a_not_null on t is 'x';

=== comment/onDomainConstraint
create domain d as integer constraint c check (value > 0);
--- a
--- b
comment on constraint c on domain d is 'x';

=== comment/onRule
create table t (a integer);
create rule r as on insert to t do also notify x;
--- a
--- b
comment on rule r on t is 'x';

=== comment/onPolicy
create table t (a integer);
create policy p on t;
--- a
--- b
comment on policy p on t is 'x';

=== comment/onSequence
create sequence s;
--- a
--- b
comment on sequence s is 'x';

=== comment/onIdentitySequence
create table t (a integer generated always as identity);
--- a
--- b
comment on sequence t_a_seq is 'x';

=== comment/onView
create view v as select 1 as a;
--- a
--- b
comment on view v is 'x';

=== comment/onMaterializedView
create materialized view v as select 1 as a;
--- a
--- b
comment on materialized view v is 'x';

=== comment/onMaterializedViewColumn
create materialized view v as select 1 as a;
--- a
--- b
comment on column v.a is 'x';

=== comment/onStatistics
create table t (a integer, b integer);
create statistics s on a, b from t;
--- a
--- b
comment on statistics s is 'x';

=== comment/onEnum
create type e as enum ('a');
--- a
--- b
comment on type e is 'x';

=== comment/onDomain
create domain e as integer;
--- a
--- b
comment on domain e is 'x';

=== comment/onComposite
create type e as (a integer);
--- a
--- b
comment on type e is 'x';

=== comment/onRange
create type e as range (subtype = integer);
--- a
--- b
comment on type e is 'x';

=== comment/onBaseType
create type e;
--- a
--- b
comment on type e is 'x';

=== comment/onFunction
create function f() returns integer language sql as 'select 1';
--- a
--- b
comment on function f() is 'x';

=== comment/onProcedure
create procedure f() language sql as 'select 1';
--- a
--- b
comment on procedure f() is 'x';

=== comment/onAggregate
create aggregate f(integer) (sfunc = int4pl, stype = integer);
--- a
--- b
comment on aggregate f(integer) is 'x';

=== comment/onOperator
create operator === (leftarg = integer, rightarg = integer, function = int4eq);
--- a
--- b
comment on operator === (integer, integer) is 'x';

=== comment/onOperatorClass
create operator class c for type integer using hash as function 1 hashint4(integer);
--- a
--- b
comment on operator class c using hash is 'x';

=== comment/onOperatorFamily
create operator family c using hash;
--- a
--- b
comment on operator family c using hash is 'x';

=== comment/onCast
create type e as enum ('a');
create cast (e as integer) with inout;
--- a
--- b
comment on cast (e as integer) is 'x';

=== comment/onTransform object LANGUAGE comment-onTransform
create function into_sql(internal) returns internal language internal immutable strict as 'textout';
create trusted language :"probe" handler plpgsql_call_handler;
create transform for integer language :"probe" (from sql with function into_sql(internal));
--- a
--- b
comment on transform for integer language :"probe" is 'x';

=== comment/onConversion
create conversion c for 'LATIN1' to 'UTF8' from iso8859_1_to_utf8;
--- a
--- b
comment on conversion c is 'x';

=== comment/onCollation
create collation c (lc_collate = 'C', lc_ctype = 'C');
--- a
--- b
comment on collation c is 'x';

=== comment/onLanguage
create trusted language :"probe" handler plpgsql_call_handler;
--- a
--- b
comment on language :"probe" is 'x';

=== comment/onAccessMethod
create access method :"probe" type index handler bthandler;
--- a
--- b
comment on access method :"probe" is 'x';

=== comment/onEventTrigger
create function f() returns event_trigger language plpgsql as 'begin end';
create event trigger :"probe" on ddl_command_start execute function f();
--- a
--- b
comment on event trigger :"probe" is 'x';

=== comment/onTextSearchParser
create text search parser p (start = prsd_start, gettoken = prsd_nexttoken, end = prsd_end, lextypes = prsd_lextype);
--- a
--- b
comment on text search parser p is 'x';

=== comment/onTextSearchTemplate
create text search template p (lexize = dsimple_lexize);
--- a
--- b
comment on text search template p is 'x';

=== comment/onTextSearchDictionary
create text search dictionary p (template = simple);
--- a
--- b
comment on text search dictionary p is 'x';

=== comment/onTextSearchConfiguration
create text search configuration p (parser = default);
--- a
--- b
comment on text search configuration p is 'x';

=== comment/onWrapper
create foreign data wrapper :"probe";
--- a
--- b
comment on foreign data wrapper :"probe" is 'x';

=== comment/onServer
create foreign data wrapper :"probe";
create server :"probe" foreign data wrapper :"probe";
--- a
--- b
comment on server :"probe" is 'x';

=== comment/onForeignTable
create foreign data wrapper :"probe";
create server :"probe" foreign data wrapper :"probe";
create foreign table t (a integer) server :"probe";
--- a
--- b
comment on foreign table t is 'x';

=== comment/onForeignColumn
create foreign data wrapper :"probe";
create server :"probe" foreign data wrapper :"probe";
create foreign table t (a integer) server :"probe";
--- a
--- b
comment on column t.a is 'x';

=== comment/onPublication
create publication :"probe";
--- a
--- b
comment on publication :"probe" is 'x';

=== comment/onSubscription
create subscription :"probe" connection 'host=nowhere' publication one with (connect = false, slot_name = none);
--- a
--- b
comment on subscription :"probe" is 'x';

=== comment/onPartitionIndex
create table p (a integer) partition by list (a);
create table t partition of p for values in (1);
create index i on p (a);
--- a
--- b
comment on index t_a_idx is 'x';

=== comment/onForeignKey
create table p (a integer primary key);
create table t (a integer constraint c references p);
--- a
--- b
comment on constraint c on t is 'x';

=== grant/onTable
create table t (a integer);
--- a
--- b
grant select on t to pg_monitor;

=== grant/onTableToPublic
create table t (a integer);
--- a
--- b
grant select on t to public;

=== grant/onView
create view t as select 1 as a;
--- a
--- b
grant select on t to pg_monitor;

=== grant/onViewColumn
create view t as select 1 as a;
--- a
--- b
grant select (a) on t to pg_monitor;

=== grant/onMaterializedView
create materialized view t as select 1 as a;
--- a
--- b
grant select on t to pg_monitor;

=== grant/onForeignTable
create foreign data wrapper :"probe";
create server :"probe" foreign data wrapper :"probe";
create foreign table t (a integer) server :"probe";
--- a
--- b
grant select on t to pg_monitor;

=== grant/privilegesMaintain since 17
create table t (a integer);
grant select on t to pg_monitor;
--- a
--- b
grant maintain on t to pg_monitor;

=== grant/privilegesTruncate
create table t (a integer);
grant select on t to pg_monitor;
--- a
--- b
grant truncate, references, trigger on t to pg_monitor;

=== grant/privilegesOfColumn
create table t (a integer);
grant select (a) on t to pg_monitor;
--- a
--- b
grant update (a) on t to pg_monitor;

=== grant/privilegesOfColumnGrantOption
create table t (a integer);
grant select (a) on t to pg_monitor;
--- a
--- b
grant select (a) on t to pg_monitor with grant option;

=== grant/onIdentitySequence
create table t (a integer generated always as identity);
--- a
--- b
grant usage on sequence t_a_seq to pg_monitor;

=== grant/onProcedure
create procedure f() language sql as 'select 1';
--- a
--- b
grant execute on procedure f() to pg_monitor;

=== grant/onAggregate
create aggregate f(integer) (sfunc = int4pl, stype = integer);
--- a
--- b
revoke execute on function f(integer) from public;

=== grant/onRange
create type e as range (subtype = integer);
--- a
--- b
revoke usage on type e from public;

=== grant/onBaseType
create type e;
create function i(cstring) returns e language internal immutable strict as 'int4in';
create function o(e) returns cstring language internal immutable strict as 'int4out';
create type e (input = i, output = o, internallength = 4, passedbyvalue);
--- a
--- b
revoke usage on type e from public;

=== grant/onComposite
create type e as (a integer);
--- a
--- b
grant usage on type e to pg_monitor;

=== grant/onLanguage
create trusted language :"probe" handler plpgsql_call_handler;
--- a
--- b
revoke usage on language :"probe" from public;

=== grant/onBuiltInLanguage object plpgsql
--- a
--- b
revoke usage on language plpgsql from public;

=== grant/onPublicSchema object schema:public
--- a
--- b
revoke all on schema public from public;

=== grant/ofOwnerOnSequence
create sequence s;
--- a
--- b
revoke all on sequence s from current_user;

=== grant/presentByGrantor
create table t (a integer);
grant usage on schema :"probe" to probe_grantor;
grant select on t to probe_grantor with grant option;
--- a
grant select on t to pg_monitor;
--- b
set role probe_grantor;
grant select on t to pg_monitor;
reset role;

=== grant/onBuiltInFunction object pg_sleep
--- a
--- b
revoke execute on function pg_sleep(double precision) from public;

=== grant/onBuiltInView object pg_catalog.pg_user
--- a
--- b
revoke select on pg_user from public;

=== grant/onPartition
create table p (a integer) partition by list (a);
create table t partition of p for values in (1);
--- a
--- b
grant select on t to pg_monitor;

=== default_privileges/presentGlobal object pg_read_all_data
--- a
--- b
alter default privileges grant select on tables to pg_read_all_data;

=== default_privileges/presentInSchema
--- a
--- b
alter default privileges in schema :"probe" grant select on tables to pg_monitor;

=== default_privileges/privilegesMore
alter default privileges in schema :"probe" grant select on tables to pg_monitor;
--- a
--- b
alter default privileges in schema :"probe" grant insert on tables to pg_monitor;

=== default_privileges/privilegesGrantOption
alter default privileges in schema :"probe" grant select on tables to pg_monitor;
--- a
--- b
alter default privileges in schema :"probe" grant select on tables to pg_monitor with grant option;

=== default_privileges/ofSequences
--- a
--- b
alter default privileges in schema :"probe" grant usage on sequences to pg_monitor;

=== default_privileges/ofFunctions
--- a
--- b
alter default privileges in schema :"probe" grant execute on functions to pg_monitor;

=== default_privileges/ofTypes
--- a
--- b
alter default privileges in schema :"probe" grant usage on types to pg_monitor;

=== default_privileges/ofCreator
--- a
--- b
alter default privileges for role pg_signal_backend in schema :"probe" grant usage on types to pg_monitor;

=== default_privileges/ofSchemas object pg_write_all_data
--- a
--- b
alter default privileges grant usage on schemas to pg_write_all_data;

=== default_privileges/ofLargeObjects since 18 object pg_write_all_data
--- a
--- b
alter default privileges grant select on large objects to pg_write_all_data;

=== default_privileges/ofPublicTakenAway object pg_stat_scan_tables
--- a
--- b
alter default privileges for role pg_stat_scan_tables revoke execute on functions from public;

=== comment/onArrayType
create type e as enum ('a');
--- a
--- b
comment on type e[] is 'x';

=== comment/onArrayOfDomain
create domain d as integer;
--- a
--- b
comment on type d[] is 'x';

=== comment/onArrayOfRows
create table t (a integer);
--- a
--- b
comment on type t[] is 'x';

=== comment/onArrayOfMultirange
create type r as range (subtype = integer, multirange_type_name = m);
--- a
--- b
comment on type m[] is 'x';

=== comment/onRowTypeOfView
create view v as select 1 as a;
--- a
--- b
comment on type v is 'x';

=== comment/onSystemColumn
create table t (a integer);
--- a
--- b
comment on column t.ctid is 'x';

=== comment/onSystemColumnOfForeignTable
create foreign data wrapper :"probe";
create server :"probe" foreign data wrapper :"probe";
create foreign table t (a integer) server :"probe";
--- a
--- b
comment on column t.tableoid is 'x';

=== comment/onRangeFunction
create type r as range (subtype = integer);
--- a
--- b
comment on function r(integer, integer) is 'x';

=== comment/onMultirangeCast
create type r as range (subtype = integer, multirange_type_name = m);
--- a
--- b
comment on cast (r as m) is 'x';

=== comment/onClonedTrigger
create table p (a integer) partition by list (a);
create table t partition of p for values in (1);
create function f() returns trigger language plpgsql as 'begin return new; end';
create trigger g before insert on p for each row execute function f();
--- a
--- b
comment on trigger g on t is 'x';

=== comment/onInheritedCheck
create table p (a integer constraint c check (a > 0));
create table t () inherits (p);
--- a
--- b
comment on constraint c on t is 'x';

=== comment/onForeignKeyOfPartition
create table r (a integer primary key);
create table p (a integer constraint c references r) partition by list (a);
create table t partition of p for values in (1);
--- a
--- b
comment on constraint c on t is 'x';

=== comment/onInheritedNotNull since 18
create table p (a integer constraint c not null);
create table t () inherits (p);
--- a
--- b
comment on constraint c on t is 'x';

=== grant/onSystemColumn
create table t (a integer);
grant insert, select on t to pg_monitor;
--- a
--- b
grant select (ctid) on t to pg_read_all_data;

=== grant/privilegesBesideSystemColumn
create table t (a integer);
grant insert, select on t to pg_monitor;
grant select (ctid) on t to pg_monitor;
--- a
--- b
revoke insert on t from pg_monitor;

=== grant/onSystemColumnOfMaterializedView
create materialized view t as select 1 as a;
--- a
--- b
grant select (ctid) on t to pg_monitor;

=== grant/onRangeFunction
create type r as range (subtype = integer);
--- a
--- b
revoke execute on function r(integer, integer) from public;

=== grant/onRowTypeOfView
create view v as select 1 as a;
--- a
--- b
revoke usage on type v from public;

=== grant/presentOnColumnByGrantor
create table t (a integer, b integer);
grant usage on schema :"probe" to probe_grantor;
grant select (a) on t to probe_grantor with grant option;
--- a
--- b
set role probe_grantor; grant select (a) on t to pg_monitor; reset role;

=== grant/ofOwnerPartly
create table t (a integer);
--- a
--- b
revoke truncate on t from current_user;

=== publication_table/filterOfPartition since 15
create table p (a integer) partition by list (a);
create table t partition of p for values in (1);
--- a
create publication :"probe" for table t;
--- b
create publication :"probe" for table t where (a > 1);

=== grant/privilegesOnSchemaGrantOption
--- a
grant usage on schema :"probe" to probe_grantor;
--- b
grant usage on schema :"probe" to probe_grantor with grant option;

=== grant/privilegesOnColumnReferences
create table t (a integer);
--- a
grant references (a) on t to probe_grantor;
--- b
grant insert (a) on t to probe_grantor;

=== default_privileges/privilegesOfTypesGrantOption
--- a
alter default privileges in schema :"probe" grant usage on types to probe_grantor;
--- b
alter default privileges in schema :"probe" grant usage on types to probe_grantor with grant option;

=== comment/onPublicSchema object public
--- a
--- b
comment on schema public is 'what else';

=== comment/onPlpgsql object plpgsql
--- a
--- b
comment on extension plpgsql is 'other';

=== comment/onForeignKeyIndex
create table t (a integer primary key);
--- a
comment on index t_pkey is 'x';
--- b
comment on constraint t_pkey on t is 'x';
