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

=== comment/textOfViewsOwnRule
create view v as select 1 as a;
comment on view v is 'the view';
--- a
comment on rule "_RETURN" on v is 'x';
--- b
comment on rule "_RETURN" on v is 'y';

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

=== foreign_data_wrapper/optionsQuoted
--- a
create foreign data wrapper :"probe" options (one 'it''s', "Two ""2" 'a=b,c\');
--- b
create foreign data wrapper :"probe" options (one 'it''s', "Two ""2" 'a=b,c\\');

=== foreign_data_wrapper/secrets
--- a
create foreign data wrapper :"probe";
--- b
create foreign data wrapper :"probe" options (password 'x');

=== server/typeQuoted
create foreign data wrapper :"probe";
--- a
create server :"probe" type 'it''s' version '1"2' foreign data wrapper :"probe";
--- b
create server :"probe" type 'it''S' version '1"2' foreign data wrapper :"probe";

=== server/optionsMore
create foreign data wrapper :"probe";
--- a
create server :"probe" foreign data wrapper :"probe" options (host 'a', port '1');
--- b
create server :"probe" foreign data wrapper :"probe" options (host 'a', port '1', dbname 'x y');

=== user_mapping/secretsOfPublic
create foreign data wrapper :"probe";
create server :"probe" foreign data wrapper :"probe";
--- a
create user mapping for public server :"probe";
--- b
create user mapping for public server :"probe" options (password 'x');

=== publication/publishUpdate
--- a
create publication :"probe" with (publish = 'insert, update');
--- b
create publication :"probe" with (publish = 'insert, delete');

=== publication/viaPartitionRootOfAll
--- a
create publication :"probe" for all tables;
--- b
create publication :"probe" for all tables with (publish_via_partition_root);

=== publication/generatedColumnsOfTable since 18
create table t (a integer, b integer generated always as (a + 1) stored);
--- a
create publication :"probe" for table t;
--- b
create publication :"probe" for table t with (publish_generated_columns = stored);

=== publication_table/columnsGenerated since 18
create table t (a integer, b integer generated always as (a + 1) stored);
--- a
create publication :"probe" for table t (a);
--- b
create publication :"probe" for table t (a, b);

=== publication_table/columnsQuoted since 15
create table "T ""t" (a integer, "B ""b" integer);
--- a
create publication :"probe" for table "T ""t" (a);
--- b
create publication :"probe" for table "T ""t" ("B ""b");

=== publication_table/filterQuoted since 15
create table t (a text);
--- a
create publication :"probe" for table t where (a = 'it''s');
--- b
create publication :"probe" for table t where (a = 'it''s"');

=== publication_table/filterBesideColumns since 15
create table t (a integer, b integer);
--- a
create publication :"probe" for table t (a) where (a > 0);
--- b
create publication :"probe" for table t (a) where (a > 1);

=== publication_schema/presentBesideTable since 15 object publication_schema-presentBesideTable
create table t (a integer);
create schema "publication_schema-presentBesideTable-2";
create publication :"probe" for table t;
--- a
--- b
alter publication :"probe" add tables in schema "publication_schema-presentBesideTable-2";

=== subscription/slotNone
--- a
create subscription :"probe" connection 'host=nowhere' publication one with (connect = false, slot_name = none);
--- b
create subscription :"probe" connection 'host=nowhere' publication one with (connect = false, slot_name = "other");

=== subscription/synchronousCommitOther
--- a
create subscription :"probe" connection 'host=nowhere' publication one with (connect = false, slot_name = none, synchronous_commit = remote_apply);
--- b
create subscription :"probe" connection 'host=nowhere' publication one with (connect = false, slot_name = none, synchronous_commit = local);

=== subscription/connectionQuoted
--- a
create subscription :"probe" connection 'host=nowhere application_name=''it\''s x''' publication one with (connect = false, slot_name = none);
--- b
create subscription :"probe" connection 'host=nowhere application_name=''it\''s y''' publication one with (connect = false, slot_name = none);

=== subscription/publicationsQuoted
--- a
create subscription :"probe" connection 'host=nowhere' publication one, "T ""w" with (connect = false, slot_name = none);
--- b
create subscription :"probe" connection 'host=nowhere' publication one, "t ""w" with (connect = false, slot_name = none);

=== subscription/streamingOff
--- a
create subscription :"probe" connection 'host=nowhere' publication one with (connect = false, slot_name = none, streaming = on);
--- b
create subscription :"probe" connection 'host=nowhere' publication one with (connect = false, slot_name = none, streaming = off);

=== grant/privilegesOnSequenceGrantOption
create sequence s;
--- a
grant usage on sequence s to pg_monitor;
--- b
grant usage on sequence s to pg_monitor with grant option;

=== grant/onSequenceOfPublic
create sequence s;
--- a
--- b
grant usage on sequence s to public;

=== grant/presentOnSequenceOfGrantor
create sequence s;
grant usage on sequence s to probe_grantor with grant option;
grant usage on schema :"probe" to probe_grantor;
--- a
--- b
set session authorization probe_grantor;
grant usage on sequence s to pg_monitor;
reset session authorization;

=== grant/privilegesOnDomainGrantOption
create domain d as integer;
--- a
grant usage on domain d to pg_monitor;
--- b
grant usage on domain d to pg_monitor with grant option;

=== grant/onDomainOfPublic
create domain d as integer;
--- a
--- b
revoke usage on domain d from public;

=== grant/presentOnDomainOfGrantor
create domain d as integer;
grant usage on domain d to probe_grantor with grant option;
grant usage on schema :"probe" to probe_grantor;
--- a
--- b
set session authorization probe_grantor;
grant usage on domain d to pg_monitor;
reset session authorization;

=== grant/ofOwnerOnDomain
create domain d as integer;
--- a
--- b
revoke usage on domain d from current_user;

=== grant/privilegesOnEnumGrantOption
create type e as enum ('a');
--- a
grant usage on type e to pg_monitor;
--- b
grant usage on type e to pg_monitor with grant option;

=== grant/onEnumOfPublic
create type e as enum ('a');
--- a
--- b
revoke usage on type e from public;

=== grant/presentOnEnumOfGrantor
create type e as enum ('a');
grant usage on type e to probe_grantor with grant option;
grant usage on schema :"probe" to probe_grantor;
--- a
--- b
set session authorization probe_grantor;
grant usage on type e to pg_monitor;
reset session authorization;

=== grant/ofOwnerOnEnum
create type e as enum ('a');
--- a
--- b
revoke usage on type e from current_user;

=== grant/privilegesOnFunctionGrantOption
create function f() returns integer language sql as 'select 1';
--- a
grant execute on function f() to pg_monitor;
--- b
grant execute on function f() to pg_monitor with grant option;

=== grant/onFunctionOfPublic
create function f() returns integer language sql as 'select 1';
--- a
--- b
revoke execute on function f() from public;

=== grant/presentOnFunctionOfGrantor
create function f() returns integer language sql as 'select 1';
grant execute on function f() to probe_grantor with grant option;
grant usage on schema :"probe" to probe_grantor;
--- a
--- b
set session authorization probe_grantor;
grant execute on function f() to pg_monitor;
reset session authorization;

=== grant/ofOwnerOnFunction
create function f() returns integer language sql as 'select 1';
--- a
--- b
revoke execute on function f() from current_user;

=== grant/privilegesOnWindowFunctionGrantOption
create function f() returns bigint language internal window as 'window_row_number';
--- a
grant execute on function f() to pg_monitor;
--- b
grant execute on function f() to pg_monitor with grant option;

=== grant/onWindowFunctionOfPublic
create function f() returns bigint language internal window as 'window_row_number';
--- a
--- b
revoke execute on function f() from public;

=== grant/presentOnWindowFunctionOfGrantor
create function f() returns bigint language internal window as 'window_row_number';
grant execute on function f() to probe_grantor with grant option;
grant usage on schema :"probe" to probe_grantor;
--- a
--- b
set session authorization probe_grantor;
grant execute on function f() to pg_monitor;
reset session authorization;

=== grant/ofOwnerOnWindowFunction
create function f() returns bigint language internal window as 'window_row_number';
--- a
--- b
revoke execute on function f() from current_user;

=== grant/privilegesOnProcedureGrantOption
create procedure f(out a integer) language sql as 'select 1';
--- a
grant execute on procedure f(out integer) to pg_monitor;
--- b
grant execute on procedure f(out integer) to pg_monitor with grant option;

=== grant/onProcedureOfPublic
create procedure f(out a integer) language sql as 'select 1';
--- a
--- b
revoke execute on procedure f(out integer) from public;

=== grant/presentOnProcedureOfGrantor
create procedure f(out a integer) language sql as 'select 1';
grant execute on procedure f(out integer) to probe_grantor with grant option;
grant usage on schema :"probe" to probe_grantor;
--- a
--- b
set session authorization probe_grantor;
grant execute on procedure f(out integer) to pg_monitor;
reset session authorization;

=== grant/ofOwnerOnProcedure
create procedure f(out a integer) language sql as 'select 1';
--- a
--- b
revoke execute on procedure f(out integer) from current_user;

=== grant/privilegesOnAggregateGrantOption
create aggregate g(integer) (sfunc = int4pl, stype = integer);
--- a
grant execute on function g(integer) to pg_monitor;
--- b
grant execute on function g(integer) to pg_monitor with grant option;

=== grant/onAggregateOfPublic
create aggregate g(integer) (sfunc = int4pl, stype = integer);
--- a
--- b
revoke execute on function g(integer) from public;

=== grant/presentOnAggregateOfGrantor
create aggregate g(integer) (sfunc = int4pl, stype = integer);
grant execute on function g(integer) to probe_grantor with grant option;
grant usage on schema :"probe" to probe_grantor;
--- a
--- b
set session authorization probe_grantor;
grant execute on function g(integer) to pg_monitor;
reset session authorization;

=== grant/ofOwnerOnAggregate
create aggregate g(integer) (sfunc = int4pl, stype = integer);
--- a
--- b
revoke execute on function g(integer) from current_user;

=== grant/privilegesOnLanguageGrantOption
create trusted language :"probe" handler plpgsql_call_handler;
--- a
grant usage on language :"probe" to pg_monitor;
--- b
grant usage on language :"probe" to pg_monitor with grant option;

=== grant/onLanguageOfPublic
create trusted language :"probe" handler plpgsql_call_handler;
--- a
--- b
revoke usage on language :"probe" from public;

=== grant/presentOnLanguageOfGrantor
create trusted language :"probe" handler plpgsql_call_handler;
grant usage on language :"probe" to probe_grantor with grant option;
grant usage on schema :"probe" to probe_grantor;
--- a
--- b
set session authorization probe_grantor;
grant usage on language :"probe" to pg_monitor;
reset session authorization;

=== grant/ofOwnerOnLanguage
create trusted language :"probe" handler plpgsql_call_handler;
--- a
--- b
revoke usage on language :"probe" from current_user;

=== grant/privilegesOnOtherSchemaGrantOption object "grant-privilegesOnOtherSchemaGrantOption-2"
create schema "grant-privilegesOnOtherSchemaGrantOption-2";
--- a
grant create on schema "grant-privilegesOnOtherSchemaGrantOption-2" to pg_monitor;
--- b
grant create on schema "grant-privilegesOnOtherSchemaGrantOption-2" to pg_monitor with grant option;

=== grant/onOtherSchemaOfPublic object "grant-onOtherSchemaOfPublic-2"
create schema "grant-onOtherSchemaOfPublic-2";
--- a
--- b
grant create on schema "grant-onOtherSchemaOfPublic-2" to public;

=== grant/presentOnOtherSchemaOfGrantor object "grant-presentOnOtherSchemaOfGrantor-2"
create schema "grant-presentOnOtherSchemaOfGrantor-2";
grant create on schema "grant-presentOnOtherSchemaOfGrantor-2" to probe_grantor with grant option;
grant usage on schema :"probe" to probe_grantor;
--- a
--- b
set session authorization probe_grantor;
grant create on schema "grant-presentOnOtherSchemaOfGrantor-2" to pg_monitor;
reset session authorization;

=== grant/ofOwnerOnOtherSchema object "grant-ofOwnerOnOtherSchema-2"
create schema "grant-ofOwnerOnOtherSchema-2";
--- a
--- b
revoke create on schema "grant-ofOwnerOnOtherSchema-2" from current_user;

=== grant/privilegesOnWrapperGrantOption
create foreign data wrapper :"probe";
--- a
grant usage on foreign data wrapper :"probe" to pg_monitor;
--- b
grant usage on foreign data wrapper :"probe" to pg_monitor with grant option;

=== grant/onWrapperOfPublic
create foreign data wrapper :"probe";
--- a
--- b
grant usage on foreign data wrapper :"probe" to public;

=== grant/presentOnWrapperOfGrantor
create foreign data wrapper :"probe";
grant usage on foreign data wrapper :"probe" to probe_grantor with grant option;
grant usage on schema :"probe" to probe_grantor;
--- a
--- b
set session authorization probe_grantor;
grant usage on foreign data wrapper :"probe" to pg_monitor;
reset session authorization;

=== grant/ofOwnerOnWrapper
create foreign data wrapper :"probe";
--- a
--- b
revoke usage on foreign data wrapper :"probe" from current_user;

=== grant/privilegesOnServerGrantOption
create foreign data wrapper :"probe";
create server :"probe" foreign data wrapper :"probe";
--- a
grant usage on foreign server :"probe" to pg_monitor;
--- b
grant usage on foreign server :"probe" to pg_monitor with grant option;

=== grant/onServerOfPublic
create foreign data wrapper :"probe";
create server :"probe" foreign data wrapper :"probe";
--- a
--- b
grant usage on foreign server :"probe" to public;

=== grant/presentOnServerOfGrantor
create foreign data wrapper :"probe";
create server :"probe" foreign data wrapper :"probe";
grant usage on foreign server :"probe" to probe_grantor with grant option;
grant usage on schema :"probe" to probe_grantor;
--- a
--- b
set session authorization probe_grantor;
grant usage on foreign server :"probe" to pg_monitor;
reset session authorization;

=== grant/ofOwnerOnServer
create foreign data wrapper :"probe";
create server :"probe" foreign data wrapper :"probe";
--- a
--- b
revoke usage on foreign server :"probe" from current_user;

=== grant/privilegesOnViewGrantOption
create view v as select 1 as a;
--- a
grant insert on v to pg_monitor;
--- b
grant insert on v to pg_monitor with grant option;

=== grant/onViewOfPublic
create view v as select 1 as a;
--- a
--- b
grant insert on v to public;

=== grant/presentOnViewOfGrantor
create view v as select 1 as a;
grant insert on v to probe_grantor with grant option;
grant usage on schema :"probe" to probe_grantor;
--- a
--- b
set session authorization probe_grantor;
grant insert on v to pg_monitor;
reset session authorization;

=== grant/ofOwnerOnView
create view v as select 1 as a;
--- a
--- b
revoke insert on v from current_user;

=== grant/privilegesOnMaterializedViewGrantOption
create materialized view v as select 1 as a;
--- a
grant select on v to pg_monitor;
--- b
grant select on v to pg_monitor with grant option;

=== grant/onMaterializedViewOfPublic
create materialized view v as select 1 as a;
--- a
--- b
grant select on v to public;

=== grant/presentOnMaterializedViewOfGrantor
create materialized view v as select 1 as a;
grant select on v to probe_grantor with grant option;
grant usage on schema :"probe" to probe_grantor;
--- a
--- b
set session authorization probe_grantor;
grant select on v to pg_monitor;
reset session authorization;

=== grant/ofOwnerOnMaterializedView
create materialized view v as select 1 as a;
--- a
--- b
revoke select on v from current_user;

=== grant/privilegesOnForeignTableGrantOption
create foreign data wrapper :"probe";
create server :"probe" foreign data wrapper :"probe";
create foreign table v (a integer) server :"probe";
--- a
grant delete on v to pg_monitor;
--- b
grant delete on v to pg_monitor with grant option;

=== grant/onForeignTableOfPublic
create foreign data wrapper :"probe";
create server :"probe" foreign data wrapper :"probe";
create foreign table v (a integer) server :"probe";
--- a
--- b
grant delete on v to public;

=== grant/presentOnForeignTableOfGrantor
create foreign data wrapper :"probe";
create server :"probe" foreign data wrapper :"probe";
create foreign table v (a integer) server :"probe";
grant delete on v to probe_grantor with grant option;
grant usage on schema :"probe" to probe_grantor;
--- a
--- b
set session authorization probe_grantor;
grant delete on v to pg_monitor;
reset session authorization;

=== grant/ofOwnerOnForeignTable
create foreign data wrapper :"probe";
create server :"probe" foreign data wrapper :"probe";
create foreign table v (a integer) server :"probe";
--- a
--- b
revoke delete on v from current_user;

=== grant/privilegesOnPartitionedGrantOption
create table v (a integer) partition by list (a);
--- a
grant trigger on v to pg_monitor;
--- b
grant trigger on v to pg_monitor with grant option;

=== grant/onPartitionedOfPublic
create table v (a integer) partition by list (a);
--- a
--- b
grant trigger on v to public;

=== grant/presentOnPartitionedOfGrantor
create table v (a integer) partition by list (a);
grant trigger on v to probe_grantor with grant option;
grant usage on schema :"probe" to probe_grantor;
--- a
--- b
set session authorization probe_grantor;
grant trigger on v to pg_monitor;
reset session authorization;

=== grant/ofOwnerOnPartitioned
create table v (a integer) partition by list (a);
--- a
--- b
revoke trigger on v from current_user;

=== grant/privilegesOnPartitionGrantOption
create table p (a integer) partition by list (a);
create table v partition of p for values in (1);
--- a
grant references on v to pg_monitor;
--- b
grant references on v to pg_monitor with grant option;

=== grant/onPartitionOfPublic
create table p (a integer) partition by list (a);
create table v partition of p for values in (1);
--- a
--- b
grant references on v to public;

=== grant/presentOnPartitionOfGrantor
create table p (a integer) partition by list (a);
create table v partition of p for values in (1);
grant references on v to probe_grantor with grant option;
grant usage on schema :"probe" to probe_grantor;
--- a
--- b
set session authorization probe_grantor;
grant references on v to pg_monitor;
reset session authorization;

=== grant/ofOwnerOnPartition
create table p (a integer) partition by list (a);
create table v partition of p for values in (1);
--- a
--- b
revoke references on v from current_user;

=== grant/privilegesOnRangeGrantOption
create type r as range (subtype = integer);
--- a
grant usage on type r to pg_monitor;
--- b
grant usage on type r to pg_monitor with grant option;

=== grant/onRangeOfPublic
create type r as range (subtype = integer);
--- a
--- b
revoke usage on type r from public;

=== grant/presentOnRangeOfGrantor
create type r as range (subtype = integer);
grant usage on type r to probe_grantor with grant option;
grant usage on schema :"probe" to probe_grantor;
--- a
--- b
set session authorization probe_grantor;
grant usage on type r to pg_monitor;
reset session authorization;

=== grant/ofOwnerOnRange
create type r as range (subtype = integer);
--- a
--- b
revoke usage on type r from current_user;

=== grant/privilegesOnCompositeGrantOption
create type c as (a integer);
--- a
grant usage on type c to pg_monitor;
--- b
grant usage on type c to pg_monitor with grant option;

=== grant/onCompositeOfPublic
create type c as (a integer);
--- a
--- b
revoke usage on type c from public;

=== grant/presentOnCompositeOfGrantor
create type c as (a integer);
grant usage on type c to probe_grantor with grant option;
grant usage on schema :"probe" to probe_grantor;
--- a
--- b
set session authorization probe_grantor;
grant usage on type c to pg_monitor;
reset session authorization;

=== grant/ofOwnerOnComposite
create type c as (a integer);
--- a
--- b
revoke usage on type c from current_user;

=== grant/privilegesOnTypeOfTableGrantOption
create table v (a integer);
--- a
grant usage on type v to pg_monitor;
--- b
grant usage on type v to pg_monitor with grant option;

=== grant/onTypeOfTableOfPublic
create table v (a integer);
--- a
--- b
revoke usage on type v from public;

=== grant/presentOnTypeOfTableOfGrantor
create table v (a integer);
grant usage on type v to probe_grantor with grant option;
grant usage on schema :"probe" to probe_grantor;
--- a
--- b
set session authorization probe_grantor;
grant usage on type v to pg_monitor;
reset session authorization;

=== grant/ofOwnerOnTypeOfTable
create table v (a integer);
--- a
--- b
revoke usage on type v from current_user;

=== grant/privilegesOnColumnOfTableGrantOption
create table v (a integer, b integer);
--- a
grant update (a) on v to pg_monitor;
--- b
grant update (a) on v to pg_monitor with grant option;

=== grant/presentOnColumnOfTableToPublic
create table v (a integer, b integer);
--- a
--- b
grant insert (b), select (a, b) on v to public;

=== grant/privilegesOnColumnOfPartitionGrantOption
create table p (a integer, b integer) partition by list (a);
create table v partition of p for values in (1);
--- a
grant update (a) on v to pg_monitor;
--- b
grant update (a) on v to pg_monitor with grant option;

=== grant/presentOnColumnOfPartitionToPublic
create table p (a integer, b integer) partition by list (a);
create table v partition of p for values in (1);
--- a
--- b
grant insert (b), select (a, b) on v to public;

=== grant/privilegesOnColumnOfPartitionedGrantOption
create table v (a integer, b integer) partition by list (a);
--- a
grant update (a) on v to pg_monitor;
--- b
grant update (a) on v to pg_monitor with grant option;

=== grant/presentOnColumnOfPartitionedToPublic
create table v (a integer, b integer) partition by list (a);
--- a
--- b
grant insert (b), select (a, b) on v to public;

=== grant/privilegesOnColumnOfViewGrantOption
create view v as select 1 as a, 2 as b;
--- a
grant update (a) on v to pg_monitor;
--- b
grant update (a) on v to pg_monitor with grant option;

=== grant/presentOnColumnOfViewToPublic
create view v as select 1 as a, 2 as b;
--- a
--- b
grant insert (b), select (a, b) on v to public;

=== grant/privilegesOnColumnOfMaterializedViewGrantOption
create materialized view v as select 1 as a, 2 as b;
--- a
grant update (a) on v to pg_monitor;
--- b
grant update (a) on v to pg_monitor with grant option;

=== grant/presentOnColumnOfMaterializedViewToPublic
create materialized view v as select 1 as a, 2 as b;
--- a
--- b
grant insert (b), select (a, b) on v to public;

=== grant/privilegesOnColumnOfForeignTableGrantOption
create foreign data wrapper :"probe";
create server :"probe" foreign data wrapper :"probe";
create foreign table v (a integer, b integer) server :"probe";
--- a
grant update (a) on v to pg_monitor;
--- b
grant update (a) on v to pg_monitor with grant option;

=== grant/presentOnColumnOfForeignTableToPublic
create foreign data wrapper :"probe";
create server :"probe" foreign data wrapper :"probe";
create foreign table v (a integer, b integer) server :"probe";
--- a
--- b
grant insert (b), select (a, b) on v to public;

=== default_privileges/presentInTables
--- a
--- b
alter default privileges in schema :"probe" grant select on tables to public;

=== default_privileges/privilegesInTablesGrantOption
--- a
alter default privileges in schema :"probe" grant select on tables to pg_monitor;
--- b
alter default privileges in schema :"probe" grant select on tables to pg_monitor with grant option;

=== default_privileges/presentOfCreatorInTables
--- a
--- b
alter default privileges for role pg_monitor in schema :"probe" grant select on tables to pg_read_all_data;

=== default_privileges/presentGlobalTables object pg_read_all_settings
--- a
--- b
alter default privileges for role pg_read_all_settings grant all on tables to pg_monitor with grant option;

=== default_privileges/ofOwnerOfTables object pg_read_all_settings
--- a
--- b
alter default privileges for role pg_read_all_settings revoke select on tables from pg_read_all_settings;

=== default_privileges/presentInSequences
--- a
--- b
alter default privileges in schema :"probe" grant usage on sequences to public;

=== default_privileges/privilegesInSequencesGrantOption
--- a
alter default privileges in schema :"probe" grant usage on sequences to pg_monitor;
--- b
alter default privileges in schema :"probe" grant usage on sequences to pg_monitor with grant option;

=== default_privileges/presentOfCreatorInSequences
--- a
--- b
alter default privileges for role pg_monitor in schema :"probe" grant usage on sequences to pg_read_all_data;

=== default_privileges/presentGlobalSequences object pg_read_all_stats
--- a
--- b
alter default privileges for role pg_read_all_stats grant all on sequences to pg_monitor with grant option;

=== default_privileges/ofOwnerOfSequences object pg_read_all_stats
--- a
--- b
alter default privileges for role pg_read_all_stats revoke usage on sequences from pg_read_all_stats;

=== default_privileges/presentInFunctions
--- a
--- b
alter default privileges in schema :"probe" grant execute on functions to public;

=== default_privileges/privilegesInFunctionsGrantOption
--- a
alter default privileges in schema :"probe" grant execute on functions to pg_monitor;
--- b
alter default privileges in schema :"probe" grant execute on functions to pg_monitor with grant option;

=== default_privileges/presentOfCreatorInFunctions
--- a
--- b
alter default privileges for role pg_monitor in schema :"probe" grant execute on functions to pg_read_all_data;

=== default_privileges/presentGlobalFunctions object pg_signal_backend
--- a
--- b
alter default privileges for role pg_signal_backend grant all on functions to pg_monitor with grant option;

=== default_privileges/ofOwnerOfFunctions object pg_signal_backend
--- a
--- b
alter default privileges for role pg_signal_backend revoke execute on functions from pg_signal_backend;

=== default_privileges/presentInRoutines
--- a
--- b
alter default privileges in schema :"probe" grant execute on routines to public;

=== default_privileges/privilegesInRoutinesGrantOption
--- a
alter default privileges in schema :"probe" grant execute on routines to pg_monitor;
--- b
alter default privileges in schema :"probe" grant execute on routines to pg_monitor with grant option;

=== default_privileges/presentOfCreatorInRoutines
--- a
--- b
alter default privileges for role pg_monitor in schema :"probe" grant execute on routines to pg_read_all_data;

=== default_privileges/presentGlobalRoutines object pg_read_server_files
--- a
--- b
alter default privileges for role pg_read_server_files grant all on routines to pg_monitor with grant option;

=== default_privileges/ofOwnerOfRoutines object pg_read_server_files
--- a
--- b
alter default privileges for role pg_read_server_files revoke execute on routines from pg_read_server_files;

=== default_privileges/presentInTypes
--- a
--- b
alter default privileges in schema :"probe" grant usage on types to public;

=== default_privileges/privilegesInTypesGrantOption
--- a
alter default privileges in schema :"probe" grant usage on types to pg_monitor;
--- b
alter default privileges in schema :"probe" grant usage on types to pg_monitor with grant option;

=== default_privileges/presentOfCreatorInTypes
--- a
--- b
alter default privileges for role pg_monitor in schema :"probe" grant usage on types to pg_read_all_data;

=== default_privileges/presentGlobalTypes object pg_write_server_files
--- a
--- b
alter default privileges for role pg_write_server_files grant all on types to pg_monitor with grant option;

=== default_privileges/ofOwnerOfTypes object pg_write_server_files
--- a
--- b
alter default privileges for role pg_write_server_files revoke usage on types from pg_write_server_files;

=== default_privileges/presentGlobalSchemas object pg_execute_server_program
--- a
--- b
alter default privileges for role pg_execute_server_program grant all on schemas to pg_monitor with grant option;

=== default_privileges/ofOwnerOfSchemas object pg_execute_server_program
--- a
--- b
alter default privileges for role pg_execute_server_program revoke create on schemas from pg_execute_server_program;

=== default_privileges/presentGlobalLargeObjects since 18 object pg_database_owner
--- a
--- b
alter default privileges for role pg_database_owner grant all on large objects to pg_monitor with grant option;

=== default_privileges/ofOwnerOfLargeObjects since 18 object pg_database_owner
--- a
--- b
alter default privileges for role pg_database_owner revoke select on large objects from pg_database_owner;

=== comment/onReturnRule
create view v as select 1 as a;
--- a
--- b
comment on rule "_RETURN" on v is E'it''s "x"\n\\ y';

=== comment/onExclusion
create table t (a integer, constraint x exclude using hash (a with =));
--- a
--- b
comment on constraint x on t is E'it''s "x"\n\\ y';

=== comment/onPrimaryKey
create table t (a integer constraint x primary key);
--- a
--- b
comment on constraint x on t is E'it''s "x"\n\\ y';

=== comment/onColumnOfPartition
create table p (a integer) partition by list (a);
create table t partition of p for values in (1);
--- a
--- b
comment on column t.a is E'it''s "x"\n\\ y';

=== comment/onColumnOfPartitioned
create table p (a integer) partition by list (a);
create table t partition of p for values in (1);
--- a
--- b
comment on column p.a is E'it''s "x"\n\\ y';

=== comment/onPrefixOperator
create operator ### (rightarg = integer, function = int4abs);
--- a
--- b
comment on operator ### (none, integer) is E'it''s "x"\n\\ y';

=== comment/onOrderedSet
create aggregate g(order by integer) (sfunc = int4pl, stype = integer);
--- a
--- b
comment on aggregate g(order by integer) is E'it''s "x"\n\\ y';

=== comment/onStarAggregate
create aggregate g(*) (sfunc = int8inc, stype = bigint, initcond = '0');
--- a
--- b
comment on aggregate g(*) is E'it''s "x"\n\\ y';

=== comment/onOutFunction
create function f(a integer, out b integer) language sql as 'select 1';
--- a
--- b
comment on function f(integer) is E'it''s "x"\n\\ y';

=== comment/onOutProcedure
create procedure f(a integer, out b integer) language sql as 'select 1';
--- a
--- b
comment on procedure f(integer, out integer) is E'it''s "x"\n\\ y';

=== comment/onShellType
create type sh;
--- a
--- b
comment on type sh is E'it''s "x"\n\\ y';

=== comment/onQuotedColumn
create table "T ""t" ("A ""a" integer);
--- a
--- b
comment on column "T ""t"."A ""a" is E'it''s "x"\n\\ y';

=== comment/onSerialSequence
create table t (a serial);
--- a
--- b
comment on sequence t_a_seq is E'it''s "x"\n\\ y';

=== comment/onPolicyQuoted
create table t (a integer);
create policy "P ""p" on t using (true);
--- a
--- b
comment on policy "P ""p" on t is E'it''s "x"\n\\ y';

=== comment/onPartitionedIndex
create table p (a integer) partition by list (a);
create index i on p (a);
--- a
--- b
comment on index i is E'it''s "x"\n\\ y';

=== comment/onForeignCheck
create foreign data wrapper :"probe";
create server :"probe" foreign data wrapper :"probe";
create foreign table t (a integer, constraint x check (a > 0)) server :"probe";
--- a
--- b
comment on constraint x on t is E'it''s "x"\n\\ y';

=== comment/onTriggerOfView
create view v as select 1 as a;
create function f() returns trigger language plpgsql as 'begin return new; end';
create trigger g instead of insert on v for each row execute function f();
--- a
--- b
comment on trigger g on v is E'it''s "x"\n\\ y';

=== comment/onTriggerOfForeignTable
create foreign data wrapper :"probe";
create server :"probe" foreign data wrapper :"probe";
create foreign table t (a integer) server :"probe";
create function f() returns trigger language plpgsql as 'begin return new; end';
create trigger g before insert on t for each row execute function f();
--- a
--- b
comment on trigger g on t is E'it''s "x"\n\\ y';

=== comment/onRuleOfView
create view v as select 1 as a;
create rule r as on insert to v do instead nothing;
--- a
--- b
comment on rule r on v is E'it''s "x"\n\\ y';

=== comment/onStatisticsQuoted
create table t (a integer, b integer);
create statistics "S s" on a, b from t;
--- a
--- b
comment on statistics "S s" is E'it''s "x"\n\\ y';

=== comment/onDomainQuoted
create domain "D d" as integer constraint "C c" check (value > 0);
--- a
--- b
comment on constraint "C c" on domain "D d" is E'it''s "x"\n\\ y';

=== comment/onPartitionConstraint
create table p (a integer constraint k primary key) partition by list (a);
create table t partition of p for values in (1);
--- a
--- b
comment on constraint t_pkey on t is E'it''s "x"\n\\ y';

=== comment/onFamilyOfClass
create operator class oc for type integer using hash as operator 1 =, function 1 hashint4(integer);
--- a
--- b
comment on operator family oc using hash is E'it''s "x"\n\\ y';

=== comment/onMultirangeFunction
create type r as range (subtype = integer, multirange_type_name = m);
--- a
--- b
comment on function m(r) is E'it''s "x"\n\\ y';

=== comment/onTypedColumn
create type ty as (a integer);
create table t of ty;
--- a
--- b
comment on column t.a is E'it''s "x"\n\\ y';

=== comment/onArrayOfEnumCast
create type e as enum ('a');
create cast (e as text) with inout as assignment;
--- a
--- b
comment on cast (e as text) is E'it''s "x"\n\\ y';
