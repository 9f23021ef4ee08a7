=== schema/present object schema-present-made
--- a
--- b
create schema "schema-present-made";

=== extension/schema object citext
create schema "extension-schema-other";
--- a
create extension citext;
--- b
create extension citext schema "extension-schema-other";

=== extension/present object tsm_system_rows
--- a
--- b
create extension tsm_system_rows;

=== extension_dependency/presentOfTrigger
create extension if not exists earthdistance schema pg_catalog cascade;
create table t (a integer);
create function f() returns trigger language plpgsql as 'begin return new; end';
create trigger g before insert on t for each row execute function f();
--- a
--- b
alter trigger g on t depends on extension earthdistance;

=== extension_dependency/presentOfMaterializedView
create extension if not exists earthdistance schema pg_catalog cascade;
create materialized view m as select 1 as a;
--- a
--- b
alter materialized view m depends on extension earthdistance;

=== language/present
--- a
--- b
create trusted language :"probe" handler plpgsql_call_handler;

=== language/inline
--- a
create trusted language :"probe" handler plpgsql_call_handler;
--- b
create trusted language :"probe" handler plpgsql_call_handler inline plpgsql_inline_handler;

=== language/owner
create trusted language :"probe" handler plpgsql_call_handler;
--- a
--- b
alter language :"probe" owner to pg_monitor;

=== access_method/present
--- a
--- b
create access method :"probe" type index handler bthandler;

=== access_method/handler
--- a
create access method :"probe" type index handler bthandler;
--- b
create access method :"probe" type index handler hashhandler;

=== access_method/type
--- a
create access method :"probe" type index handler bthandler;
--- b
create access method :"probe" type table handler heap_tableam_handler;

=== enum/present
--- a
--- b
create type e as enum ();

=== enum/labelsOrder
--- a
create type e as enum ('a', 'b');
--- b
create type e as enum ('b', 'a');

=== enum/labelsBefore
create type e as enum ('a', 'c');
--- a
alter type e add value 'b' before 'c';
--- b
alter type e add value 'b' after 'c';

=== enum/owner
create type e as enum ('a');
--- a
--- b
alter type e owner to pg_monitor;

=== domain/present
--- a
--- b
create domain d as integer;

=== domain/typeModifier
--- a
create domain d as varchar(10);
--- b
create domain d as varchar(20);

=== domain/typeDomain
create domain c as integer;
--- a
create domain d as integer;
--- b
create domain d as c;

=== domain/owner
create domain d as integer;
--- a
--- b
alter domain d owner to pg_monitor;

=== domain/notNullName since 17
create domain d as integer;
--- a
alter domain d add constraint one not null;
--- b
alter domain d add constraint two not null;

=== composite/present
--- a
--- b
create type c as (a integer);

=== composite/owner
create type c as (a integer);
--- a
--- b
alter type c owner to pg_monitor;

=== attribute/present
create type c as (a integer);
--- a
--- b
alter type c add attribute b integer;

=== attribute/typeModifier
--- a
create type c as (a numeric(10, 2));
--- b
create type c as (a numeric(10, 3));

=== range/present
--- a
--- b
create type r as range (subtype = integer);

=== range/owner
create type r as range (subtype = integer);
--- a
--- b
alter type r owner to pg_monitor;

=== range/collationC
--- a
create type r as range (subtype = text);
--- b
create type r as range (subtype = text, collation = "C");

=== range/multirangeName
--- a
create type r as range (subtype = integer);
--- b
create type r as range (subtype = integer, multirange_type_name = many);

=== base_type/present
--- a
--- b
create type b;

=== base_type/owner
create type b;
--- a
--- b
alter type b owner to pg_monitor;

=== base_type/length
create type b;
create function i(cstring) returns b language internal immutable strict as 'int4in';
create function o(b) returns cstring language internal immutable strict as 'int4out';
--- a
create type b (input = i, output = o, internallength = 4);
--- b
create type b (input = i, output = o, internallength = 8);

=== base_type/passedByValue
create type b;
create function i(cstring) returns b language internal immutable strict as 'int4in';
create function o(b) returns cstring language internal immutable strict as 'int4out';
--- a
create type b (input = i, output = o, internallength = 4, alignment = int4);
--- b
create type b (input = i, output = o, internallength = 4, alignment = int4, passedbyvalue);

=== base_type/alignment
create type b;
create function i(cstring) returns b language internal immutable strict as 'int4in';
create function o(b) returns cstring language internal immutable strict as 'int4out';
--- a
create type b (input = i, output = o, internallength = 8, alignment = int4);
--- b
create type b (input = i, output = o, internallength = 8, alignment = double);

=== base_type/storage
create type b;
create function i(cstring) returns b language internal immutable strict as 'textin';
create function o(b) returns cstring language internal immutable strict as 'textout';
--- a
create type b (input = i, output = o);
--- b
create type b (input = i, output = o, storage = extended);

=== base_type/collatable
create type b;
create function i(cstring) returns b language internal immutable strict as 'textin';
create function o(b) returns cstring language internal immutable strict as 'textout';
--- a
create type b (input = i, output = o);
--- b
create type b (input = i, output = o, collatable = true);

=== base_type/receive
create type b;
create function i(cstring) returns b language internal immutable strict as 'textin';
create function o(b) returns cstring language internal immutable strict as 'textout';
create function v(internal) returns b language internal stable strict as 'textrecv';
--- a
create type b (input = i, output = o);
--- b
create type b (input = i, output = o, receive = v);

=== base_type/send
create type b;
create function i(cstring) returns b language internal immutable strict as 'textin';
create function o(b) returns cstring language internal immutable strict as 'textout';
create function v(b) returns bytea language internal stable strict as 'textsend';
--- a
create type b (input = i, output = o);
--- b
create type b (input = i, output = o, send = v);

=== base_type/modifierInput
create type b;
create function i(cstring) returns b language internal immutable strict as 'textin';
create function o(b) returns cstring language internal immutable strict as 'textout';
--- a
create type b (input = i, output = o);
--- b
create type b (input = i, output = o, typmod_in = varchartypmodin);

=== base_type/modifierOutput
create type b;
create function i(cstring) returns b language internal immutable strict as 'textin';
create function o(b) returns cstring language internal immutable strict as 'textout';
--- a
create type b (input = i, output = o, typmod_in = varchartypmodin);
--- b
create type b (input = i, output = o, typmod_in = varchartypmodin, typmod_out = varchartypmodout);

=== base_type/analyze
create type b;
create function i(cstring) returns b language internal immutable strict as 'textin';
create function o(b) returns cstring language internal immutable strict as 'textout';
--- a
create type b (input = i, output = o);
--- b
create type b (input = i, output = o, analyze = array_typanalyze);

=== base_type/elementAndSubscript
create type b;
create function i(cstring) returns b language internal immutable strict as 'textin';
create function o(b) returns cstring language internal immutable strict as 'textout';
--- a
create type b (input = i, output = o, internallength = 16);
--- b
create type b (input = i, output = o, internallength = 16, element = integer);

=== base_type/subscript
create type b;
create function i(cstring) returns b language internal immutable strict as 'textin';
create function o(b) returns cstring language internal immutable strict as 'textout';
--- a
create type b (input = i, output = o);
--- b
create type b (input = i, output = o, subscript = jsonb_subscript_handler);

=== base_type/input
create type b;
create function i(cstring) returns b language internal immutable strict as 'textin';
create function j(cstring) returns b language internal immutable strict as 'textin';
create function o(b) returns cstring language internal immutable strict as 'textout';
--- a
create type b (input = i, output = o);
--- b
create type b (input = j, output = o);

=== base_type/output
create type b;
create function i(cstring) returns b language internal immutable strict as 'textin';
create function o(b) returns cstring language internal immutable strict as 'textout';
create function q(b) returns cstring language internal immutable strict as 'textout';
--- a
create type b (input = i, output = o);
--- b
create type b (input = i, output = q);

=== collation/present
--- a
--- b
create collation c (lc_collate = 'C', lc_ctype = 'C');

=== collation/ctype
--- a
create collation c (lc_collate = 'C', lc_ctype = 'C');
--- b
create collation c (lc_collate = 'C', lc_ctype = 'POSIX');

=== collation/collate
--- a
create collation c (lc_collate = 'C', lc_ctype = 'C');
--- b
create collation c (lc_collate = 'POSIX', lc_ctype = 'C');

=== collation/owner
create collation c (lc_collate = 'C', lc_ctype = 'C');
--- a
--- b
alter collation c owner to pg_monitor;

=== collation/localeBuiltin since 17
--- a
create collation c (provider = builtin, locale = 'C');
--- b
create collation c (provider = builtin, locale = 'C.UTF-8');

=== collation/rulesOther since 16
--- a
create collation c (provider = icu, locale = 'und', rules = '&a < g');
--- b
create collation c (provider = icu, locale = 'und', rules = '&a < h');

=== function/present
--- a
--- b
create function f() returns integer language sql as 'select 1';

=== function/argumentsDefault
--- a
create function f(a integer default 1) returns integer language sql as 'select 1';
--- b
create function f(a integer default 2) returns integer language sql as 'select 1';

=== function/argumentsName
--- a
create function f(a integer) returns integer language sql as 'select 1';
--- b
create function f(b integer) returns integer language sql as 'select 1';

=== function/argumentsMode
--- a
create function f(a integer, b text) returns integer language plpgsql as 'begin end';
--- b
create function f(a integer, b text, out c integer) returns integer language plpgsql as 'begin end';

=== function/argumentsVariadic
--- a
create function f(a integer[]) returns integer language sql as 'select 1';
--- b
create function f(variadic a integer[]) returns integer language sql as 'select 1';

=== function/returnsSet
--- a
create function f() returns integer language sql as 'select 1';
--- b
create function f() returns setof integer language sql as 'select 1';

=== function/returnsTable
--- a
create function f() returns table (a integer) language sql as 'select 1';
--- b
create function f() returns table (b integer) language sql as 'select 1';

=== function/languageAlone
--- a
create function f() returns integer language sql as 'select 1';
--- b
create function f() returns integer language plpgsql as $$begin return 1; end$$;

=== function/bodySpace
--- a
create function f() returns integer language sql as 'select 1';
--- b
create function f() returns integer language sql as 'select 1 ';

=== function/bodyLineEnds
--- a
create function f() returns integer language sql as E'select\n1';
--- b
create function f() returns integer language sql as E'select\r\n1';

=== function/sqlBodyReturn
--- a
create function f() returns integer language sql return 1;
--- b
create function f() returns integer language sql return 2;

=== function/symbol
--- a
create function f(integer) returns integer language internal as 'int4abs';
--- b
create function f(integer) returns integer language internal as 'int4um';

=== function/volatilityStable
--- a
create function f() returns integer language sql stable as 'select 1';
--- b
create function f() returns integer language sql immutable as 'select 1';

=== function/parallelRestricted
--- a
create function f() returns integer language sql parallel safe as 'select 1';
--- b
create function f() returns integer language sql parallel restricted as 'select 1';

=== function/costOne
--- a
create function f() returns integer language sql as 'select 1';
--- b
create function f() returns integer language sql cost 0.5 as 'select 1';

=== function/rowsOne
--- a
create function f() returns setof integer language sql as 'select 1';
--- b
create function f() returns setof integer language sql rows 7 as 'select 1';

=== function/supportOther
--- a
create function f(text, text) returns boolean language internal immutable strict as 'textlike';
--- b
create function f(text, text) returns boolean language internal immutable strict support texticlike_support as 'textlike';

=== function/settingsValue
--- a
create function f() returns integer language sql set work_mem = '8MB' as 'select 1';
--- b
create function f() returns integer language sql set work_mem = '9MB' as 'select 1';

=== function/settingsList
--- a
create function f() returns integer language sql set search_path = a, b as 'select 1';
--- b
create function f() returns integer language sql set search_path = 'a, b' as 'select 1';

=== function/settingsEmpty
--- a
create function f() returns integer language sql as 'select 1';
--- b
create function f() returns integer language sql set search_path = '' as 'select 1';

=== function/settingsCustom
--- a
create function f() returns integer language sql set my.thing = 'a' as 'select 1';
--- b
create function f() returns integer language sql set my.thing = 'b, c' as 'select 1';

=== function/transforms
create function into_sql(internal) returns internal language internal immutable strict as 'textout';
create trusted language :"probe" handler plpgsql_call_handler;
create transform for integer language :"probe" (from sql with function into_sql(internal));
--- a
create function f(integer) returns integer language :"probe" as 'x';
--- b
create function f(integer) returns integer transform for type integer language :"probe" as 'x';

=== procedure/present
--- a
--- b
create procedure f() language sql as 'select 1';

=== procedure/securityDefiner
--- a
create procedure f() language sql as 'select 1';
--- b
create procedure f() language sql security definer as 'select 1';

=== procedure/settings
--- a
create procedure f() language sql as 'select 1';
--- b
create procedure f() language sql set work_mem = '9MB' as 'select 1';

=== procedure/argumentsOut
--- a
create procedure f(a integer) language plpgsql as 'begin end';
--- b
create procedure f(a integer, out b integer) language plpgsql as 'begin end';

=== procedure/argumentsInout
--- a
create procedure f(a integer) language plpgsql as 'begin end';
--- b
create procedure f(inout a integer) language plpgsql as 'begin end';

=== procedure/owner
create procedure f() language sql as 'select 1';
--- a
--- b
alter procedure f owner to pg_monitor;

=== procedure/sqlBody
--- a
create procedure f() language sql begin atomic select 1; end;
--- b
create procedure f() language sql begin atomic select 2; end;

=== aggregate/present
--- a
--- b
create aggregate f(integer) (sfunc = int4pl, stype = integer);

=== aggregate/owner
create aggregate f(integer) (sfunc = int4pl, stype = integer);
--- a
--- b
alter aggregate f(integer) owner to pg_monitor;

=== aggregate/transitionOther
--- a
create aggregate f(integer) (sfunc = int4larger, stype = integer);
--- b
create aggregate f(integer) (sfunc = int4smaller, stype = integer);

=== aggregate/stateType
create function acc(bigint, integer) returns bigint language sql as 'select $1';
create function acc(numeric, integer) returns numeric language sql as 'select $1';
create function fin(bigint) returns text language sql as 'select 1::text';
create function fin(numeric) returns text language sql as 'select 1::text';
--- a
create aggregate f(integer) (sfunc = acc, stype = bigint, finalfunc = fin);
--- b
create aggregate f(integer) (sfunc = acc, stype = numeric, finalfunc = fin);

=== aggregate/stateSpace
--- a
create aggregate f(integer) (sfunc = int4pl, stype = integer);
--- b
create aggregate f(integer) (sfunc = int4pl, stype = integer, sspace = 77);

=== aggregate/final
--- a
create aggregate f(integer) (sfunc = int4pl, stype = integer);
--- b
create aggregate f(integer) (sfunc = int4pl, stype = integer, finalfunc = int4abs);

=== aggregate/finalExtra
create function fin(integer) returns integer language sql as 'select 1';
create function fin(integer, integer) returns integer language sql as 'select 1';
--- a
create aggregate f(integer) (sfunc = int4pl, stype = integer, finalfunc = fin);
--- b
create aggregate f(integer) (sfunc = int4pl, stype = integer, finalfunc = fin, finalfunc_extra);

=== aggregate/finalModify
--- a
create aggregate f(integer) (sfunc = int4pl, stype = integer, finalfunc = int4abs);
--- b
create aggregate f(integer) (sfunc = int4pl, stype = integer, finalfunc = int4abs, finalfunc_modify = shareable);

=== aggregate/finalModifyReadWrite
--- a
create aggregate f(integer) (sfunc = int4pl, stype = integer, finalfunc = int4abs, finalfunc_modify = shareable);
--- b
create aggregate f(integer) (sfunc = int4pl, stype = integer, finalfunc = int4abs, finalfunc_modify = read_write);

=== aggregate/initialZero
--- a
create aggregate f(integer) (sfunc = int4pl, stype = integer);
--- b
create aggregate f(integer) (sfunc = int4pl, stype = integer, initcond = '0');

=== aggregate/initialEmpty
--- a
create aggregate f(text) (sfunc = textcat, stype = text);
--- b
create aggregate f(text) (sfunc = textcat, stype = text, initcond = '');

=== aggregate/combineOther
--- a
create aggregate f(integer) (sfunc = int4larger, stype = integer);
--- b
create aggregate f(integer) (sfunc = int4larger, stype = integer, combinefunc = int4larger);

=== aggregate/serialize
--- a
create aggregate f(numeric) (sfunc = numeric_avg_accum, stype = internal, finalfunc = numeric_avg, combinefunc = numeric_avg_combine);
--- b
create aggregate f(numeric) (sfunc = numeric_avg_accum, stype = internal, finalfunc = numeric_avg, combinefunc = numeric_avg_combine,
  serialfunc = numeric_avg_serialize, deserialfunc = numeric_avg_deserialize);

=== aggregate/movingInverse
--- a
create aggregate f(integer) (sfunc = int4pl, stype = integer, msfunc = int4pl, minvfunc = int4mi, mstype = integer);
--- b
create aggregate f(integer) (sfunc = int4pl, stype = integer, msfunc = int4pl, minvfunc = int4pl, mstype = integer);

=== aggregate/movingSpace
--- a
create aggregate f(integer) (sfunc = int4pl, stype = integer, msfunc = int4pl, minvfunc = int4mi, mstype = integer);
--- b
create aggregate f(integer) (sfunc = int4pl, stype = integer, msfunc = int4pl, minvfunc = int4mi, mstype = integer, msspace = 7);

=== aggregate/movingInitial
--- a
create aggregate f(integer) (sfunc = int4pl, stype = integer, msfunc = int4pl, minvfunc = int4mi, mstype = integer);
--- b
create aggregate f(integer) (sfunc = int4pl, stype = integer, msfunc = int4pl, minvfunc = int4mi, mstype = integer, minitcond = '7');

=== aggregate/movingFinal
--- a
create aggregate f(integer) (sfunc = int4pl, stype = integer, msfunc = int4pl, minvfunc = int4mi, mstype = integer);
--- b
create aggregate f(integer) (sfunc = int4pl, stype = integer, msfunc = int4pl, minvfunc = int4mi, mstype = integer, mfinalfunc = int4abs);

=== aggregate/movingFinalModify
--- a
create aggregate f(integer) (sfunc = int4pl, stype = integer, msfunc = int4pl, minvfunc = int4mi, mstype = integer, mfinalfunc = int4abs);
--- b
create aggregate f(integer) (sfunc = int4pl, stype = integer, msfunc = int4pl, minvfunc = int4mi, mstype = integer, mfinalfunc = int4abs,
  mfinalfunc_modify = read_write);

=== aggregate/movingFinalExtra
create function fin(integer) returns integer language sql as 'select 1';
create function fin(integer, integer) returns integer language sql as 'select 1';
--- a
create aggregate f(integer) (sfunc = int4pl, stype = integer, msfunc = int4pl, minvfunc = int4mi, mstype = integer, mfinalfunc = fin);
--- b
create aggregate f(integer) (sfunc = int4pl, stype = integer, msfunc = int4pl, minvfunc = int4mi, mstype = integer, mfinalfunc = fin,
  mfinalfunc_extra);

=== aggregate/sortOperatorOther
--- a
create aggregate f(integer) (sfunc = int4larger, stype = integer);
--- b
create aggregate f(integer) (sfunc = int4larger, stype = integer, sortop = >);

=== aggregate/parallelSafe
--- a
create aggregate f(integer) (sfunc = int4larger, stype = integer);
--- b
create aggregate f(integer) (sfunc = int4larger, stype = integer, parallel = safe);

=== aggregate/formHypothetical
--- a
create aggregate f(variadic "any" order by variadic "any") (sfunc = ordered_set_transition_multi, stype = internal, finalfunc = rank_final, finalfunc_extra);
--- b
create aggregate f(variadic "any" order by variadic "any") (sfunc = ordered_set_transition_multi, stype = internal, finalfunc = rank_final, finalfunc_extra, hypothetical);

=== aggregate/argumentsName
--- a
create aggregate f(a integer) (sfunc = int4pl, stype = integer);
--- b
create aggregate f(b integer) (sfunc = int4pl, stype = integer);

=== aggregate/directArguments
create function acc(anyelement, anyelement, anyelement) returns anyelement language sql as 'select $1';
--- a
create aggregate f(integer order by integer) (sfunc = int4pl, stype = integer);
--- b
create aggregate f(order by integer, integer) (sfunc = acc, stype = integer);

=== event_trigger/present
create function f() returns event_trigger language plpgsql as 'begin end';
--- a
--- b
create event trigger :"probe" on ddl_command_start execute function f();

=== event_trigger/function
create function f() returns event_trigger language plpgsql as 'begin end';
create function g() returns event_trigger language plpgsql as 'begin end';
--- a
create event trigger :"probe" on ddl_command_start execute function f();
--- b
create event trigger :"probe" on ddl_command_start execute function g();

=== event_trigger/eventTableRewrite
create function f() returns event_trigger language plpgsql as 'begin end';
--- a
create event trigger :"probe" on ddl_command_start execute function f();
--- b
create event trigger :"probe" on table_rewrite execute function f();

=== event_trigger/tagsMore
create function f() returns event_trigger language plpgsql as 'begin end';
--- a
create event trigger :"probe" on ddl_command_start when tag in ('DROP CAST') execute function f();
--- b
create event trigger :"probe" on ddl_command_start when tag in ('DROP CAST', 'DROP RULE') execute function f();

=== event_trigger/enabledAlways
create function f() returns event_trigger language plpgsql as 'begin end';
create event trigger :"probe" on ddl_command_start when tag in ('DROP CAST') execute function f();
--- a
--- b
alter event trigger :"probe" enable always;

=== event_trigger/enabledReplica
create function f() returns event_trigger language plpgsql as 'begin end';
create event trigger :"probe" on ddl_command_start when tag in ('DROP CAST') execute function f();
--- a
--- b
alter event trigger :"probe" enable replica;

=== event_trigger/eventLogin since 17
create function f() returns event_trigger language plpgsql as 'begin end';
--- a
create event trigger :"probe" on ddl_command_start execute function f();
--- b
create event trigger :"probe" on login execute function f(); alter event trigger :"probe" disable; alter event trigger :"probe" enable;

=== operator/present
--- a
--- b
create operator === (leftarg = integer, rightarg = integer, function = int4eq);

=== operator/owner
create operator === (leftarg = integer, rightarg = integer, function = int4eq);
--- a
--- b
alter operator === (integer, integer) owner to pg_monitor;

=== operator/negator
create operator === (leftarg = integer, rightarg = integer, function = int4eq);
--- a
create operator !== (leftarg = integer, rightarg = integer, function = int4ne);
--- b
create operator !== (leftarg = integer, rightarg = integer, function = int4ne, negator = ===);

=== operator/joinOther
--- a
create operator === (leftarg = integer, rightarg = integer, function = int4eq);
--- b
create operator === (leftarg = integer, rightarg = integer, function = int4eq, join = eqjoinsel);

=== operator/restrictOther
--- a
create operator === (leftarg = integer, rightarg = integer, function = int4eq, restrict = eqsel);
--- b
create operator === (leftarg = integer, rightarg = integer, function = int4eq, restrict = neqsel);

=== operator/presentPrefix
--- a
--- b
create operator @# (rightarg = integer, function = int4abs);

=== operator_class/present
--- a
--- b
create operator class c for type integer using hash as function 1 hashint4(integer);

=== operator_class/default
create domain unused as integer;
create type e as enum ('a');
--- a
create operator class c for type e using hash as operator 1 = (anyenum, anyenum), function 1 hashenum(anyenum);
--- b
create operator class c default for type e using hash as operator 1 = (anyenum, anyenum), function 1 hashenum(anyenum);

=== operator_class/owner
create operator class c for type integer using hash as function 1 hashint4(integer);
--- a
--- b
alter operator class c using hash owner to pg_monitor;

=== operator_class/family
create operator family one using hash;
create operator family two using hash;
--- a
create operator class c for type integer using hash family one as function 1 hashint4(integer);
--- b
create operator class c for type integer using hash family two as function 1 hashint4(integer);

=== operator_class/storage
--- a
create operator class c for type point using gist as function 1 gist_point_consistent(internal, point, smallint, oid, internal);
--- b
create operator class c for type point using gist as storage box, function 1 gist_point_consistent(internal, point, smallint, oid, internal);

=== operator_class/type
--- a
create operator class c for type integer using hash as function 1 hashint4(integer);
--- b
create operator class c for type bigint using hash as function 1 hashint8(bigint);

=== operator_family/operatorsOrderBy
--- a
create operator class c for type point using gist as operator 1 <<;
--- b
create operator class c for type point using gist as operator 1 <<, operator 15 <-> (point, point) for order by float_ops;

=== operator_class/functionsInBuiltInFamily
create type pair as (a integer, b integer);
create function compare_pairs(pair, pair) returns integer language sql immutable as 'select btint4cmp($1.a, $2.a)';
create function compare_others(pair, pair) returns integer language sql immutable as 'select btint4cmp($1.b, $2.b)';
--- a
create operator class c for type pair using btree family integer_ops as function 1 compare_pairs(pair, pair);
--- b
create operator class c for type pair using btree family integer_ops as function 1 compare_others(pair, pair);

=== operator_class/operatorsStrategy
--- a
create operator class c for type integer using btree as operator 1 <;
--- b
create operator class c for type integer using btree as operator 2 <;

=== operator_family/functionsOptional
--- a
create operator class c for type integer using btree as function 1 btint4cmp(integer, integer);
--- b
create operator class c for type integer using btree as function 1 btint4cmp(integer, integer), function 2 btint4sortsupport(internal);

=== operator_family/present
--- a
--- b
create operator family c using hash;

=== operator_family/owner
create operator family c using hash;
--- a
--- b
alter operator family c using hash owner to pg_monitor;

=== operator_family/functions
create operator family c using btree;
--- a
--- b
alter operator family c using btree add function 1 (integer, bigint) btint48cmp(integer, bigint);

=== operator_family/operatorsLoose
create operator family c using btree;
alter operator family c using btree add operator 1 < (integer, bigint);
--- a
--- b
alter operator family c using btree add operator 3 = (integer, bigint);

=== cast/present
create type e as enum ('a');
--- a
--- b
create cast (e as integer) with inout;

=== cast/contextImplicit
create type e as enum ('a');
--- a
create cast (e as integer) with inout as assignment;
--- b
create cast (e as integer) with inout as implicit;

=== cast/function
create type e as enum ('a');
create function f(e) returns integer language sql as 'select 1';
create function g(e) returns integer language sql as 'select 1';
--- a
create cast (e as integer) with function f(e);
--- b
create cast (e as integer) with function g(e);

=== transform/present object LANGUAGE transform-present
create function into_sql(internal) returns internal language internal immutable strict as 'textout';
create trusted language :"probe" handler plpgsql_call_handler;
--- a
--- b
create transform for integer language :"probe" (from sql with function into_sql(internal));

=== transform/fromSql object LANGUAGE transform-fromSql
create function one(internal) returns internal language internal immutable strict as 'textout';
create function two(internal) returns internal language internal immutable strict as 'textout';
create trusted language :"probe" handler plpgsql_call_handler;
--- a
create transform for integer language :"probe" (from sql with function one(internal));
--- b
create transform for integer language :"probe" (from sql with function two(internal));

=== transform/toSql object LANGUAGE transform-toSql
create function one(internal) returns internal language internal immutable strict as 'textout';
create function two(internal) returns integer language internal immutable strict as 'int4in';
create trusted language :"probe" handler plpgsql_call_handler;
--- a
create transform for integer language :"probe" (from sql with function one(internal));
--- b
create transform for integer language :"probe" (from sql with function one(internal), to sql with function two(internal));

=== conversion/present
--- a
--- b
create conversion c for 'LATIN1' to 'UTF8' from iso8859_1_to_utf8;

=== conversion/owner
create conversion c for 'LATIN1' to 'UTF8' from iso8859_1_to_utf8;
--- a
--- b
alter conversion c owner to pg_monitor;

=== conversion/source
--- a
create conversion c for 'LATIN2' to 'UTF8' from iso8859_to_utf8;
--- b
create conversion c for 'LATIN3' to 'UTF8' from iso8859_to_utf8;

=== conversion/function
create function other(integer, integer, cstring, internal, integer, boolean) returns integer language c strict immutable
  as '$libdir/utf8_and_iso8859_1', 'iso8859_1_to_utf8';
--- a
create conversion c for 'LATIN1' to 'UTF8' from iso8859_1_to_utf8;
--- b
create conversion c for 'LATIN1' to 'UTF8' from other;

=== conversion/target
--- a
create conversion c for 'UTF8' to 'LATIN2' from utf8_to_iso8859;
--- b
create conversion c for 'UTF8' to 'LATIN3' from utf8_to_iso8859;

=== text_search_parser/present
--- a
--- b
create text search parser p (start = prsd_start, gettoken = prsd_nexttoken, end = prsd_end, lextypes = prsd_lextype);

=== text_search_template/present
--- a
--- b
create text search template p (lexize = dsimple_lexize);

=== text_search_template/lexize
--- a
create text search template p (lexize = dsimple_lexize);
--- b
create text search template p (lexize = dsynonym_lexize);

=== text_search_dictionary/present
--- a
--- b
create text search dictionary p (template = simple);

=== text_search_dictionary/template
create text search template one (init = dsimple_init, lexize = dsimple_lexize);
create text search template two (init = dsimple_init, lexize = dsimple_lexize);
--- a
create text search dictionary p (template = one);
--- b
create text search dictionary p (template = two);

=== text_search_dictionary/owner
create text search dictionary p (template = simple);
--- a
--- b
alter text search dictionary p owner to pg_monitor;

=== text_search_dictionary/optionsAccept
--- a
create text search dictionary p (template = simple, accept = false);
--- b
create text search dictionary p (template = simple, accept = true);

=== text_search_configuration/present
--- a
--- b
create text search configuration p (parser = default);

=== text_search_configuration/owner
create text search configuration p (parser = default);
--- a
--- b
alter text search configuration p owner to pg_monitor;

=== text_search_configuration/parser
create text search parser one (start = prsd_start, gettoken = prsd_nexttoken, end = prsd_end, lextypes = prsd_lextype);
--- a
create text search configuration p (parser = pg_catalog.default);
--- b
create text search configuration p (parser = one);

=== text_search_configuration/mappingsOrder
create text search configuration p (parser = default);
--- a
alter text search configuration p add mapping for word with simple, english_stem;
--- b
alter text search configuration p add mapping for word with english_stem, simple;

=== text_search_configuration/mappingsToken
create text search configuration p (parser = default);
--- a
alter text search configuration p add mapping for word with simple;
--- b
alter text search configuration p add mapping for asciiword with simple;

=== function/sqlBodyInCircle
create function g(integer) returns integer language sql return 1;
create function f(integer) returns integer language sql return g($1);
--- a
--- b
create or replace function g(integer) returns integer language sql return f($1);

=== function/presentInCircle
--- a
--- b
create function f(n integer default 1) returns setof integer language sql begin atomic select 1; end;
create function g(n integer, out p integer, out q text) language sql begin atomic select n, upper('x') from f(n); end;
create or replace function f(n integer default 1) returns setof integer language sql begin atomic select p from g(n); end;
create function r() returns table (a integer, b text[]) language sql begin atomic select 1, null::text[]; end;
create function v() returns void language sql begin atomic select a from r(); end;
create or replace function r() returns table (a integer, b text[]) language sql begin atomic select 1, null::text[] from (select v()) x; end;

=== function/settingsOrder
--- a
create function f() returns integer language sql set work_mem = '8MB' set search_path = a as 'select 1';
--- b
create function f() returns integer language sql set search_path = a set work_mem = '8MB' as 'select 1';

=== function/settingsTimeZone
--- a
create function f() returns integer language sql set time zone 'UTC' as 'select 1';
--- b
create function f() returns integer language sql set time zone interval '1 hour' hour to minute as 'select 1';

=== function/settingsQuotedCustom
--- a
create function f() returns integer language sql set "my.Thing" = 'a''b\c' as 'select 1';
--- b
create function f() returns integer language sql set "my.Thing" = 'a"b' as 'select 1';

=== aggregate/argumentsVariadic
--- a
create aggregate f(variadic integer[]) (sfunc = array_cat, stype = integer[]);
--- b
create aggregate f(integer[]) (sfunc = array_cat, stype = integer[]);

=== event_trigger/tagsOrder
create function f() returns event_trigger language plpgsql as 'begin end';
--- a
create event trigger :"probe" on ddl_command_start when tag in ('DROP CAST', 'DROP RULE') execute function f();
--- b
create event trigger :"probe" on ddl_command_start when tag in ('DROP RULE', 'DROP CAST') execute function f();

=== operator_family/operatorsSortFamily
create operator family ff using btree;
--- a
create operator class c for type point using gist as operator 15 <-> (point, point) for order by float_ops;
--- b
create operator class c for type point using gist as operator 15 <-> (point, point) for order by ff;

=== extension_dependency/presentOfIndex
create extension if not exists earthdistance schema pg_catalog cascade;
create table t (a integer);
create index i on t (a);
--- a
--- b
alter index i depends on extension earthdistance;

=== function/costOfTakenOut
create extension if not exists pg_trgm schema "function-costOfTakenOut";
alter extension pg_trgm drop function show_limit();
create function alike(text, text) returns real language c immutable strict as '$libdir/pg_trgm', 'similarity';
--- a
--- b
alter function show_limit() cost 7;

=== language/handler
create function h1() returns language_handler language c as '$libdir/plpgsql', 'plpgsql_call_handler';
create function h2() returns language_handler language c as '$libdir/plpgsql', 'plpgsql_call_handler';
--- a
create language :"probe" handler h1;
--- b
create language :"probe" handler h2;

=== event_trigger/owner
create function f() returns event_trigger language plpgsql as 'begin end';
create event trigger :"probe" on sql_drop execute function f();
--- a
--- b
alter event trigger :"probe" owner to probe_superuser;

=== text_search_parser/start
--- a
create text search parser s (start = prsd_start, gettoken = prsd_nexttoken, end = prsd_end, lextypes = prsd_lextype);
--- b
create function st(internal, integer) returns internal language internal as 'prsd_start';
create text search parser s (start = st, gettoken = prsd_nexttoken, end = prsd_end, lextypes = prsd_lextype);

=== range/multirangeSchema
--- a
create type r as range (subtype = integer, multirange_type_name = mr);
--- b
create type r as range (subtype = integer, multirange_type_name = public."range-multirangeSchema");

=== cast/methodInout
create type e as enum ('x');
--- a
create cast (e as text) with inout;
--- b
create function f(e) returns text language sql return 'x';
create cast (e as text) with function f(e);

=== collation/nondeterministicAlone
--- a
create collation c (provider = icu, locale = 'und');
--- b
create collation c (provider = icu, locale = 'und', deterministic = false);

=== collation/localeOther
--- a
create collation c (provider = icu, locale = 'en');
--- b
create collation c (provider = icu, locale = 'de');

=== function/argumentsUnnamed
--- a
create function f(a integer) returns integer language sql as 'select $1';
--- b
create function f(integer) returns integer language sql as 'select $1';

=== function/symbolOfOther
--- a
create function f() returns trigger language c as '$libdir/refint', 'check_primary_key';
--- b
create function f() returns trigger language c as '$libdir/refint', 'check_foreign_key';

=== base_type/categoryOnly
create type s; 
create function si(cstring) returns s language internal immutable strict as 'textin';
create function so(s) returns cstring language internal immutable strict as 'textout';
--- a
create type s (input = si, output = so, internallength = variable, like = text);
--- b
create type s (input = si, output = so, internallength = variable, like = text, category = 'S');

=== operator_family/functionsMore
--- a
create operator class oc for type integer using hash as operator 1 =, function 1 hashint4(integer);
--- b
create operator class oc for type integer using hash as operator 1 =, function 1 hashint4(integer), function 2 hashint4extended(integer, bigint);

=== text_search_configuration/mappingsFewer
create text search configuration c (copy = simple);
--- a
--- b
alter text search configuration c drop mapping for email;

=== procedure/argumentsDefault
--- a
create procedure p(a integer, b integer default 1) language sql as '';
--- b
create procedure p(a integer, b integer default 2) language sql as '';

=== attribute/typeLength
--- a
create type c as (a integer, b text);
--- b
create type c as (a integer, b varchar(10));

=== function/argumentsOutName
--- a
create function f(a integer, out b integer, out c text) language sql as 'select 1, ''x''';
--- b
create function f(a integer, out b integer, out d text) language sql as 'select 1, ''x''';

=== function/argumentsTableName
--- a
create function f() returns table (a integer, b text) language sql as 'select 1, ''x''';
--- b
create function f() returns table (a integer, "B b" text) language sql as 'select 1, ''x''';

=== function/argumentsVariadicAny
--- a
create function f(a integer, b "any") returns integer language internal as 'pg_num_nulls';
--- b
create function f(a integer, variadic b "any") returns integer language internal as 'pg_num_nulls';

=== function/argumentsDefaultExpression
create type e as enum ('a', 'b');
--- a
create function f(a e default 'a', b timestamptz default now(), c text default 'it''s') returns integer language sql as 'select 1';
--- b
create function f(a e default 'b', b timestamptz default now(), c text default 'it''s') returns integer language sql as 'select 1';

=== function/argumentsDefaultOfOut
--- a
create function f(inout a integer default 1, out b integer) language sql as 'select 1, 2';
--- b
create function f(inout a integer default 2, out b integer) language sql as 'select 1, 2';

=== function/returnsDomain
create domain d as integer;
--- a
create function f() returns integer language sql as 'select 1';
--- b
create function f() returns d language sql as 'select 1';

=== function/returnsQuoted
create type "T ""t" as (a integer);
create type "t" as (a integer);
--- a
create function f() returns setof "T ""t" language sql as 'select 1';
--- b
create function f() returns setof "t" language sql as 'select 1';

=== function/returnsTrigger
--- a
create function f() returns trigger language plpgsql as 'begin raise exception $$x$$; end';
--- b
create function f() returns event_trigger language plpgsql as 'begin raise exception $$x$$; end';

=== function/settingsQuotedPath
--- a
create function f() returns integer language sql set search_path to "$user", public as 'select 1';
--- b
create function f() returns integer language sql set search_path to '$user', "public,x" as 'select 1';

=== function/settingsPathNothing
--- a
create function f() returns integer language sql set search_path to '' as 'select 1';
--- b
create function f() returns integer language sql set search_path to 'pg_catalog' as 'select 1';

=== function/settingsMore
--- a
create function f() returns integer language sql set work_mem = '1MB' as 'select 1';
--- b
create function f() returns integer language sql set work_mem = '1MB' set jit = off as 'select 1';

=== function/settingsLocalList
--- a
create function f() returns integer language sql set datestyle = 'ISO', 'DMY' as 'select 1';
--- b
create function f() returns integer language sql set datestyle = 'ISO', 'MDY' as 'select 1';

=== function/ownerOfQuotedArguments
create type "T, t" as (a integer);
create function "F(f" ("T, t") returns integer language sql as 'select 1';
--- a
--- b
alter function "F(f"("T, t") owner to pg_monitor;

=== function/bodyEmpty
--- a
create function f() returns void language sql as '';
--- b
create function f() returns void language sql as ' ';

=== function/bodyDollars
--- a
create function f() returns text language sql as $x$select '$$ $_$ $function$ $a$ $body$ \'::text$x$;
--- b
create function f() returns text language sql as $x$select '$$ $_$ $function$ $a$ $body$  \'::text$x$;

=== function/volatilityOfWindow
--- a
create function f() returns bigint language internal window as 'window_row_number';
--- b
create function f() returns bigint language internal window immutable as 'window_row_number';

=== function/strictOfSqlBody
--- a
create function f(a integer) returns integer language sql begin atomic select a; select a + 1; end;
--- b
create function f(a integer) returns integer language sql strict begin atomic select a; select a + 1; end;

=== function/sqlBodyOther
create table t (a integer);
--- a
create function f(a integer) returns void language sql begin atomic insert into t values (f.a); delete from t where a = 1; end;
--- b
create function f(a integer) returns void language sql begin atomic insert into t values (f.a); delete from t where a = 2; end;

=== function/leakproofStrict
create function f(a integer) returns integer language sql strict leakproof as 'select 1';
--- a
--- b
alter function f called on null input;
alter function f not leakproof;

=== function/rowsOfTable
--- a
create function f() returns table (a integer) language sql as 'select 1';
--- b
create function f() returns table (a integer) language sql rows 7 as 'select 1';

=== function/costFraction
--- a
create function f() returns integer language sql as 'select 1';
--- b
create function f() returns integer language sql cost 0.0025 as 'select 1';

=== function/presentOverload
create function f(a integer) returns integer language sql as 'select 1';
--- a
--- b
create function f(a bigint) returns integer language sql as 'select 1';

=== function/languageC
--- a
create function f(integer) returns integer language sql as 'select 1';
--- b
create function f(integer) returns integer language internal as 'int4up';

=== function/securityDefinerOfOwner
create function f() returns integer language sql as 'select 1';
alter function f owner to pg_monitor;
--- a
--- b
alter function f security definer;

=== procedure/argumentsVariadic
--- a
create procedure f(a integer[]) language sql as 'select 1';
--- b
create procedure f(variadic a integer[]) language sql as 'select 1';

=== procedure/argumentsOutOnly
--- a
create procedure f(a integer) language plpgsql as 'begin end';
--- b
create procedure f(a integer, out b integer) language plpgsql as 'begin end';

=== procedure/argumentsName
--- a
create procedure f(a integer) language sql as 'select 1';
--- b
create procedure f(b integer) language sql as 'select 1';

=== procedure/language
set check_function_bodies = off;
--- a
create procedure f() language sql as 'begin end';
--- b
create procedure f() language plpgsql as 'begin end';

=== aggregate/parallelRestricted
--- a
create aggregate g(integer) (sfunc = int4pl, stype = integer);
--- b
create aggregate g(integer) (sfunc = int4pl, stype = integer, parallel = restricted);

=== aggregate/movingTransition
--- a
create aggregate g(integer) (sfunc = int4pl, stype = integer, msfunc = int4pl, minvfunc = int4mi, mstype = integer);
--- b
create aggregate g(integer) (sfunc = int4pl, stype = integer, msfunc = int4mul, minvfunc = int4mi, mstype = integer);

=== aggregate/returns
create function h(integer) returns text language sql as 'select ''x''';
create function h2(integer) returns integer language sql as 'select 1';
--- a
create aggregate g(integer) (sfunc = int4pl, stype = integer, finalfunc = h2);
--- b
create aggregate g(integer) (sfunc = int4pl, stype = integer, finalfunc = h);

=== aggregate/argumentsOfOrderedSet
create function s(integer, integer) returns integer language sql as 'select 1';
create function s(integer, bigint) returns integer language sql as 'select 1';
--- a
create aggregate g(order by a integer) (sfunc = s, stype = integer);
--- b
create aggregate g(order by b integer) (sfunc = s, stype = integer);

=== aggregate/initialQuoted
--- a
create aggregate g(text) (sfunc = textcat, stype = text, initcond = 'it''s\');
--- b
create aggregate g(text) (sfunc = textcat, stype = text, initcond = 'it''s\\');

=== aggregate/presentStar
--- a
--- b
create aggregate g(*) (sfunc = int8inc, stype = bigint, initcond = '0');

=== operator/functionOther
--- a
create operator ### (leftarg = integer, rightarg = integer, function = int4pl);
--- b
create operator ### (leftarg = integer, rightarg = integer, function = int4mi);

=== operator/presentOtherTypes
create operator ### (leftarg = integer, rightarg = integer, function = int4pl);
--- a
--- b
create operator ### (leftarg = bigint, rightarg = bigint, function = int8pl);

=== operator/commutatorOfOther
create operator === (leftarg = integer, rightarg = integer, function = int4eq);
--- a
create operator #== (leftarg = integer, rightarg = integer, function = int4eq, commutator = #==);
--- b
create operator #== (leftarg = integer, rightarg = integer, function = int4eq, commutator = ===);

=== operator_class/presentRenamed
--- a
create operator class oc for type integer using hash as operator 1 =, function 1 hashint4(integer);
--- b
create operator class "O ""c" for type integer using hash as operator 1 =, function 1 hashint4(integer);

=== operator_family/operatorsOrderByOfClass
--- a
create operator class oc for type point using gist as operator 11 |>>(point, point), function 1 gist_point_consistent(internal, point, smallint, oid, internal), function 2 gist_box_union(internal, internal), function 5 gist_box_penalty(internal, internal, internal), function 6 gist_box_picksplit(internal, internal), function 7 gist_box_same(box, box, internal), storage box;
--- b
create operator class oc for type point using gist as operator 11 |>>(point, point), operator 15 <->(point, point) for order by float_ops, function 1 gist_point_consistent(internal, point, smallint, oid, internal), function 2 gist_box_union(internal, internal), function 5 gist_box_penalty(internal, internal, internal), function 6 gist_box_picksplit(internal, internal), function 7 gist_box_same(box, box, internal), function 8 gist_point_distance(internal, point, smallint, oid, internal), storage box;

=== cast/functionWithModifier
create domain d as integer;
create type c as (a integer);
create function f(c) returns varchar language sql as 'select ''x''';
create function f(c, integer, boolean) returns varchar language sql as 'select ''x''';
--- a
create cast (c as varchar) with function f(c);
--- b
create cast (c as varchar) with function f(c, integer, boolean);

=== range/subtypeDiffOther
create function d1(integer, integer) returns float8 language sql immutable as 'select 1.0';
create function d2(integer, integer) returns float8 language sql immutable as 'select 1.0';
--- a
create type r as range (subtype = integer, subtype_diff = d1);
--- b
create type r as range (subtype = integer, subtype_diff = d2);

=== range/multirangeQuoted
--- a
create type r as range (subtype = integer, multirange_type_name = "M m");
--- b
create type r as range (subtype = integer, multirange_type_name = "M ""m");

=== range/subtypeOfDomain
create domain d as integer;
--- a
create type r as range (subtype = integer);
--- b
create type r as range (subtype = d);

=== domain/defaultQuoted
--- a
create domain d as text default 'it''s';
--- b
create domain d as text default E'it''s\n';

=== domain/typeArray
--- a
create domain d as integer;
--- b
create domain d as integer[];

=== domain/typeComposite
create type c as (a integer);
create type c2 as (a integer);
--- a
create domain d as c;
--- b
create domain d as c2;

=== domain/collationOfDomain
create domain d0 as text collate "C";
--- a
create domain d as d0;
--- b
create domain d as d0 collate "POSIX";

=== domain/notNullOfDomain
create domain d0 as text not null;
--- a
create domain d as d0;
--- b
create domain d as d0 not null;

=== attribute/typeArray
--- a
create type c as (a integer);
--- b
create type c as (a integer[]);

=== attribute/presentRenamed
--- a
create type c as (a integer);
--- b
create type c as ("A ""a" integer);

=== attribute/typeDomain
create domain d as integer;
--- a
create type c as (a integer);
--- b
create type c as (a d);

=== composite/presentEmpty
--- a
--- b
create type c as ();

=== enum/labelsQuoted
--- a
create type e as enum ('it''s', 'a,b', '');
--- b
create type e as enum ('it''s', 'a,b', ' ');

=== enum/labelsCase
--- a
create type e as enum ('a', 'B');
--- b
create type e as enum ('a', 'b');

=== collation/localeKeyword
--- a
create collation c (provider = icu, locale = 'de-u-co-phonebk');
--- b
create collation c (provider = icu, locale = 'de-u-kn-true');

=== collation/nondeterministicIcu
--- a
create collation c (provider = icu, locale = 'und-u-ks-level2');
--- b
create collation c (provider = icu, locale = 'und-u-ks-level2', deterministic = false);

=== conversion/presentRenamed
--- a
create conversion c for 'LATIN1' to 'UTF8' from iso8859_1_to_utf8;
--- b
create conversion "C c" for 'LATIN1' to 'UTF8' from iso8859_1_to_utf8;

=== text_search_parser/token
--- a
create text search parser p (start = prsd_start, gettoken = prsd_nexttoken, end = prsd_end, lextypes = prsd_lextype);
--- b
create function token(internal, internal, internal) returns internal language internal as 'prsd_nexttoken';
create text search parser p (start = prsd_start, gettoken = token, end = prsd_end, lextypes = prsd_lextype);

=== text_search_parser/end
create function over(internal) returns void language internal as 'prsd_end';
--- a
create text search parser p (start = prsd_start, gettoken = prsd_nexttoken, end = prsd_end, lextypes = prsd_lextype);
--- b
create text search parser p (start = prsd_start, gettoken = prsd_nexttoken, end = over, lextypes = prsd_lextype);

=== text_search_parser/lexTypes
create function kinds(internal) returns internal language internal as 'prsd_lextype';
--- a
create text search parser p (start = prsd_start, gettoken = prsd_nexttoken, end = prsd_end, lextypes = prsd_lextype);
--- b
create text search parser p (start = prsd_start, gettoken = prsd_nexttoken, end = prsd_end, lextypes = kinds);

=== text_search_dictionary/optionsQuoted
--- a
create text search dictionary d (template = simple, accept = false);
--- b
create text search dictionary d (template = simple, accept = 'false', stopwords = 'english');

=== text_search_configuration/mappingsOfOtherSchema
create schema "text_search_configuration-mappingsOfOtherSchema-2";
create text search dictionary simple (template = simple);
create text search dictionary "text_search_configuration-mappingsOfOtherSchema-2".simple (template = simple);
create text search configuration c (parser = default);
--- a
alter text search configuration c add mapping for word, asciiword with simple, english_stem;
--- b
alter text search configuration c add mapping for word, asciiword with "text_search_configuration-mappingsOfOtherSchema-2".simple, english_stem;

=== text_search_configuration/mappingsCopied
--- a
create text search configuration c (copy = english);
--- b
create text search configuration c (copy = english);
alter text search configuration c drop mapping for url;

=== event_trigger/eventSqlDrop
create function f() returns event_trigger language plpgsql as 'begin end';
--- a
create event trigger :"probe" on ddl_command_end execute function f();
alter event trigger :"probe" disable;
--- b
create event trigger :"probe" on sql_drop execute function f();
alter event trigger :"probe" disable;

=== event_trigger/tagsNone
create function f() returns event_trigger language plpgsql as 'begin end';
--- a
create event trigger :"probe" on ddl_command_end execute function f();
alter event trigger :"probe" disable;
--- b
create event trigger :"probe" on ddl_command_end when tag in ('CREATE TABLE') execute function f();
alter event trigger :"probe" disable;

=== schema/ownerQuoted object "schema-ownerQuoted-2"
--- a
create schema "schema-ownerQuoted-2";
--- b
create schema "schema-ownerQuoted-2" authorization pg_monitor;

=== language/trustedUntrusted
--- a
create language :"probe" handler plpgsql_call_handler validator plpgsql_validator;
--- b
create trusted language :"probe" handler plpgsql_call_handler validator plpgsql_validator;

=== transform/presentBesideOther object LANGUAGE transform-presentBesideOther
create trusted language :"probe" handler plpgsql_call_handler;
create function to1(internal) returns integer language internal immutable as 'int4up';
create function fr1(internal) returns internal language internal immutable as 'int4up';
--- a
create transform for integer language :"probe" (from sql with function fr1(internal));
--- b
create transform for integer language :"probe" (from sql with function fr1(internal));
create transform for text language :"probe" (from sql with function fr1(internal));

=== base_type/categoryLetter
create type b;
create function bin(cstring) returns b language internal immutable strict as 'int4in';
create function bout(b) returns cstring language internal immutable strict as 'int4out';
--- a
create type b (input = bin, output = bout, like = integer);
--- b
create type b (input = bin, output = bout, like = integer, category = 'N');

=== base_type/defaultQuoted
create type b;
create function bin(cstring) returns b language internal immutable strict as 'textin';
create function bout(b) returns cstring language internal immutable strict as 'textout';
--- a
create type b (input = bin, output = bout, like = text, default = 'it''s');
--- b
create type b (input = bin, output = bout, like = text, default = 'it''s\');

=== domain/ownerOther
create domain "O o" as integer;
alter domain "O o" owner to pg_monitor;
--- a
--- b
alter domain "O o" owner to pg_read_all_data;

=== procedure/ownerOther
create procedure f(out a integer) language sql as 'select 1';
alter procedure f(out integer) owner to pg_monitor;
--- a
--- b
alter procedure f(out integer) owner to pg_read_all_data;

=== aggregate/ownerOther
create aggregate g(order by integer) (sfunc = int4pl, stype = integer);
alter aggregate g(order by integer) owner to pg_monitor;
--- a
--- b
alter aggregate g(order by integer) owner to pg_read_all_data;

=== function/ownerOther
create function f(variadic integer[]) returns integer language sql as 'select 1';
alter function f(integer[]) owner to pg_monitor;
--- a
--- b
alter function f(integer[]) owner to pg_read_all_data;

=== composite/ownerOther
create type c as (a integer);
alter type c owner to pg_monitor;
--- a
--- b
alter type c owner to pg_read_all_data;

=== operator/ownerOther
create operator ### (rightarg = integer, function = int4abs);
alter operator ### (none, integer) owner to pg_monitor;
--- a
--- b
alter operator ### (none, integer) owner to pg_read_all_data;
