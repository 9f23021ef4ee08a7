-- What is easily passed over beside the plain form of each attribute; test/support/probes.ts reads it.

=== column/typeTimestampPrecision
--- a
create table t (a timestamptz(3));
--- b
create table t (a timestamptz(0));

=== column/typeEnumOther
create type one as enum ('x'); create type two as enum ('x');
--- a
create table t (a one);
--- b
create table t (a two);

=== column/typeOfOtherSchema
create schema corner_1; create type one as enum ('x'); create type corner_1.one as enum ('x');
--- a
create table t (a one);
--- b
create table t (a corner_1.one);

=== column/typeArrayOfComposite
create type pair as (x integer, y text);
--- a
create table t (a pair);
--- b
create table t (a pair[]);

=== column/typeMultirange
--- a
create table t (a int4range);
--- b
create table t (a int4multirange);

=== column/typeCharacterOfOne
--- a
create table t (a char);
--- b
create table t (a "char");

=== column/generatedWithCollation
--- a
create table t (a text, b text generated always as (upper(a)) stored);
--- b
create table t (a text, b text generated always as (upper(a collate "C")) stored);

=== column/generatedFunctionOther
create function f(integer) returns integer immutable language sql as 'select 1';
create function g(integer) returns integer immutable language sql as 'select 1';
--- a
create table t (a integer, b integer generated always as (f(a)) stored);
--- b
create table t (a integer, b integer generated always as (g(a)) stored);

=== column/identityMinimumNegative
--- a
create table t (a integer generated always as identity (minvalue -9 start 1));
--- b
create table t (a integer generated always as identity (minvalue -8 start 1));

=== column/storageOfDomain
create domain d as text; create table t (a d);
--- a
alter table t alter a set storage main;
--- b
alter table t alter a set storage external;

=== default/expressionClock
--- a
create table t (a timestamptz default now());
--- b
create table t (a timestamptz default clock_timestamp());

=== default/expressionArrayWritten
--- a
create table t (a integer[] default '{}');
--- b
create table t (a integer[] default array[]::integer[]);

=== default/expressionZero
--- a
create table t (a numeric default 0);
--- b
create table t (a numeric default 0.0);

=== default/expressionFunctionOfOtherSchema
create schema corner_2; create function f() returns integer language sql as 'select 1';
create function corner_2.f() returns integer language sql as 'select 1';
--- a
create table t (a integer default f());
--- b
create table t (a integer default corner_2.f());

=== default/expressionOverload
create function f(integer) returns integer language sql as 'select 1';
create function f(bigint) returns integer language sql as 'select 1';
--- a
create table t (a integer default f(1));
--- b
create table t (a integer default f(1::bigint));

=== constraint/expressionRegex
--- a
create table t (a text, constraint c check (a ~ 'x'));
--- b
create table t (a text, constraint c check (a ~* 'x'));

=== constraint/expressionCollate
--- a
create table t (a text, constraint c check (a > 'x'));
--- b
create table t (a text, constraint c check (a collate "C" > 'x'));

=== constraint/expressionSpaces
--- a
create table t (a text, constraint c check (a <> 'x  y'));
--- b
create table t (a text, constraint c check (a <> 'x y'));

=== constraint/expressionOfOperatorOtherSchema
create function same(integer, integer) returns boolean immutable language sql as 'select true';
create operator = (leftarg = integer, rightarg = integer, function = same);
--- a
create table t (a integer, constraint c check (a operator(pg_catalog.=) 1));
--- b
create table t (a integer, constraint c check (a operator(:"probe".=) 1));

=== constraint/onDeleteOfPartitioned
create table r (id integer primary key);
--- a
create table t (a integer, constraint c foreign key (a) references r) partition by list (a);
--- b
create table t (a integer, constraint c foreign key (a) references r on delete cascade) partition by list (a);

=== constraint/matchOfPartitioned
create table r (x integer, y integer, primary key (x, y));
--- a
create table t (a integer, b integer, constraint c foreign key (a, b) references r) partition by list (a);
--- b
create table t (a integer, b integer, constraint c foreign key (a, b) references r match full) partition by list (a);

=== constraint/columnsExchanged
create table r (x integer, y integer, primary key (x, y));
--- a
create table t (a integer, b integer, constraint c foreign key (a, b) references r (x, y));
--- b
create table t (a integer, b integer, constraint c foreign key (b, a) references r (x, y));

=== constraint/onDeleteColumnsOfOne since 15
create table r (x integer, y integer, primary key (x, y));
--- a
create table t (a integer, b integer, constraint c foreign key (a, b) references r on delete set null (a));
--- b
create table t (a integer, b integer, constraint c foreign key (a, b) references r on delete set null (b));

=== constraint/operatorsOfExclusion
--- a
create table t (a int4range, constraint c exclude using gist (a with &&));
--- b
create table t (a int4range, constraint c exclude using gist (a with =));

=== index/predicateNull
create table t (a text);
--- a
create index i on t (a) where a is null;
--- b
create index i on t (a) where a is not null;

=== index/predicateCollate
create table t (a text);
--- a
create index i on t (a) where a > 'x';
--- b
create index i on t (a) where a collate "C" > 'x';

=== index/includeOrder
create table t (a integer, b integer, c integer);
--- a
create index i on t (a) include (b, c);
--- b
create index i on t (a) include (c, b);

=== index/keysExpressionOfOtherSchema
create schema corner_3; create function f(integer) returns integer immutable language sql as 'select 1';
create function corner_3.f(integer) returns integer immutable language sql as 'select 1';
create table t (a integer);
--- a
create index i on t (f(a));
--- b
create index i on t (corner_3.f(a));

=== index/keysTwice
create table t (a integer);
--- a
create index i on t (a);
--- b
create index i on t (a, a);

=== index/keysConstant
create table t (a integer);
--- a
create index i on t ((1));
--- b
create index i on t ((2));

=== view/queryDistinctOn
create table t (a integer, b integer);
--- a
create view v as select distinct on (a) a, b from t;
--- b
create view v as select distinct on (b) a, b from t;

=== view/queryExceptAll
--- a
create view v as select 1 as a except select 2;
--- b
create view v as select 1 as a except all select 2;

=== view/queryFilter
create table t (a integer);
--- a
create view v as select count(*) as n from t;
--- b
create view v as select count(*) filter (where a > 0) as n from t;

=== view/queryOrdinality
--- a
create view v as select g.n from generate_series(1, 2) with ordinality as g (n, o);
--- b
create view v as select g.o::integer as n from generate_series(1, 2) with ordinality as g (n, o);

=== view/queryNullsOrder
create table t (a integer);
--- a
create view v as select a from t order by a;
--- b
create view v as select a from t order by a nulls first;

=== view/queryUnionInRecursion
--- a
create view v as with recursive r as (select 1 as a union all select a + 1 from r where a < 3) select a from r;
--- b
create view v as with recursive r as (select 1 as a union select a + 1 from r where a < 3) select a from r;

=== view/queryNaturalJoin
create table t (a integer); create table u (a integer);
--- a
create view v as select t.a from t natural join u;
--- b
create view v as select t.a from t join u on t.a = u.a;

=== view/queryCorrelation
create table t (a integer);
--- a
create view v as select x.a from t x;
--- b
create view v as select y.a from t y;

=== view/queryRowComparison
create table t (a integer, b integer);
--- a
create view v as select a from t where (a, b) < (1, 2);
--- b
create view v as select a from t where (a, b) <= (1, 2);

=== view/queryQuantifier
create table t (a integer);
--- a
create view v as select a from t where a = any (select 1);
--- b
create view v as select a from t where a = all (select 1);

=== view/queryFrame
create table t (a integer);
--- a
create view v as select sum(a) over (order by a rows 1 preceding) as s from t;
--- b
create view v as select sum(a) over (order by a range 1 preceding) as s from t;

=== view/queryFrameExcluded
create table t (a integer);
--- a
create view v as select sum(a) over (order by a rows 1 preceding) as s from t;
--- b
create view v as select sum(a) over (order by a rows 1 preceding exclude current row) as s from t;

=== view/queryAggregateOrder
create table t (a text);
--- a
create view v as select string_agg(a, ',') as s from t;
--- b
create view v as select string_agg(a, ',' order by a desc) as s from t;

=== view/queryArgumentNamed
create function f(x integer default 1, y integer default 2) returns integer language sql as 'select 1';
--- a
create view v as select f(x => 1) as a;
--- b
create view v as select f(y => 1) as a;

=== view/queryOffset
create table t (a integer);
--- a
create view v as select a from t limit 1;
--- b
create view v as select a from t offset 1;

=== view/queryTimeZone
--- a
create view v as select now() at time zone 'UTC' as a;
--- b
create view v as select now() at time zone 'Europe/Zurich' as a;

=== materialized_view/queryOther
--- a
create materialized view v as select 1 as a;
--- b
create materialized view v as select 2 as a;

=== function/argumentsDefaultNull
--- a
create function f(x integer) returns integer language sql as 'select 1';
--- b
create function f(x integer default null) returns integer language sql as 'select 1';

=== function/argumentsDefaultLast
--- a
create function f(x integer default 1, y integer default 2) returns integer language sql as 'select 1';
--- b
create function f(x integer default 1, y integer default 3) returns integer language sql as 'select 1';

=== function/returnsArray
--- a
create function f() returns text language sql as $$ select null $$;
--- b
create function f() returns text[] language sql as $$ select null::text[] $$;

=== function/returnsRecord
--- a
create function f(out x integer, out y integer) language sql as 'select 1, 2';
--- b
create function f(out x integer, out y integer) returns setof record language sql as 'select 1, 2';

=== function/returnsPolymorphic
--- a
create function f(x anyelement) returns anyelement language sql as 'select x';
--- b
create function f(x anyelement) returns anyarray language sql as 'select array[x]';

=== function/settingsUnit
--- a
create function f() returns integer language sql set work_mem = '4MB' as 'select 1';
--- b
create function f() returns integer language sql set work_mem = '8MB' as 'select 1';

=== function/sqlBodyOrder since 14
create table t (a integer);
--- a
create function f() returns integer language sql begin atomic insert into t values (1); insert into t values (2); select 1; end;
--- b
create function f() returns integer language sql begin atomic insert into t values (2); insert into t values (1); select 1; end;

=== function/bodyCase
--- a
create function f() returns integer language sql as 'select 1';
--- b
create function f() returns integer language sql as 'SELECT 1';

=== procedure/bodyOfPlpgsql
--- a
create procedure p() language plpgsql as 'begin commit; end';
--- b
create procedure p() language plpgsql as 'begin rollback; end';

=== procedure/argumentsDefaultOther
--- a
create procedure p(x integer default 1) language sql as 'select 1';
--- b
create procedure p(x integer default 2) language sql as 'select 1';

=== enum/labelsSpace
--- a
create type e as enum ('a');
--- b
create type e as enum ('a ');

=== enum/labelsEmpty
--- a
create type e as enum ('a', '');
--- b
create type e as enum ('', 'a');

=== enum/labelsUnicode
--- a
create type e as enum (U&'\00e9');
--- b
create type e as enum (U&'e\0301');

=== domain/defaultExpression
--- a
create domain d as timestamptz default now();
--- b
create domain d as timestamptz default clock_timestamp();

=== domain/typeRange
--- a
create domain d as int4range;
--- b
create domain d as int8range;

=== attribute/typeEnum
create type one as enum ('x'); create type two as enum ('x');
--- a
create type c as (a one);
--- b
create type c as (a two);

=== sequence/startNegative
--- a
create sequence s minvalue -10 start -1;
--- b
create sequence s minvalue -10 start -2;

=== sequence/ownedByNobody
create table t (a serial);
--- a
comment on table t is null;
--- b
alter sequence t_a_seq owned by none;

=== trigger/whenOldAndNew
create table t (a integer); create function f() returns trigger language plpgsql as 'begin return new; end';
--- a
create trigger x before update on t for each row when (old.a <> new.a) execute function f();
--- b
create trigger x before update on t for each row when (old.a is distinct from new.a) execute function f();

=== trigger/argumentsNumber
create table t (a integer); create function f() returns trigger language plpgsql as 'begin return new; end';
--- a
create trigger x before update on t for each row execute function f(1);
--- b
create trigger x before update on t for each row execute function f('01');

=== trigger/newTableNamed
create table t (a integer); create function f() returns trigger language plpgsql as 'begin return new; end';
--- a
create trigger x after insert on t referencing new table as n for each statement execute function f();
--- b
create trigger x after insert on t referencing new table as m for each statement execute function f();

=== trigger/columnsMore
create table t (a integer, b integer); create function f() returns trigger language plpgsql as 'begin return new; end';
--- a
create trigger x before update of a on t for each row execute function f();
--- b
create trigger x before update of a, b on t for each row execute function f();

=== rule/definitionOrder
create table t (a integer);
--- a
create rule r as on delete to t do also (insert into t values (1); insert into t values (2));
--- b
create rule r as on delete to t do also (insert into t values (2); insert into t values (1));

=== rule/definitionEvent
create table t (a integer);
--- a
create rule r as on delete to t do instead nothing;
--- b
create rule r as on insert to t do instead nothing;

=== policy/usingFunction
create function f() returns boolean language sql as 'select true';
create function g() returns boolean language sql as 'select true'; create table t (a integer);
--- a
create policy p on t using (f());
--- b
create policy p on t using (g());

=== policy/usingCurrentUser
create table t (a name);
--- a
create policy p on t using (a = current_user);
--- b
create policy p on t using (a = session_user);

=== table/optionsParallelWorkers
--- a
create table t (a integer) with (parallel_workers = 1);
--- b
create table t (a integer) with (parallel_workers = 2);

=== table/optionsToastTarget
--- a
create table t (a text);
--- b
create table t (a text) with (toast_tuple_target = 200);

=== table/replicaIdentityIndexOther
create table t (a integer not null, b integer not null); create unique index i on t (a); create unique index j on t (b);
--- a
alter table t replica identity using index i;
--- b
alter table t replica identity using index j;

=== table/clusterOnOther
create table t (a integer); create index i on t (a); create index j on t (a desc);
--- a
alter table t cluster on i;
--- b
alter table t cluster on j;

=== table/partitionOfMixedBounds
create table p (a integer, b integer) partition by range (a, b);
--- a
create table t partition of p for values from (1, minvalue) to (2, maxvalue);
--- b
create table t partition of p for values from (1, 1) to (2, maxvalue);

=== table/partitionOfTextBound
create table p (a text) partition by list (a);
--- a
create table t partition of p for values in ('1');
--- b
create table t partition of p for values in ('01');

=== table/partitionKeyOrder
--- a
create table t (a integer, b integer) partition by range (a, b);
--- b
create table t (a integer, b integer) partition by range (b, a);

=== publication_table/filterNull since 15
create table t (a integer primary key);
--- a
create publication :"probe" for table t where (a is null);
--- b
create publication :"probe" for table t where (a is not null);

=== publication/publishDelete
--- a
create publication :"probe" with (publish = 'delete');
--- b
create publication :"probe" with (publish = 'update');

=== server/versionEmpty
create foreign data wrapper :"probe";
--- a
create server :"probe" foreign data wrapper :"probe";
--- b
create server :"probe" version '1' foreign data wrapper :"probe";

=== comment/textTrailingSpace
create table t (a integer);
--- a
comment on table t is 'x';
--- b
comment on table t is 'x ';

=== comment/textLineEnds
create table t (a integer);
--- a
comment on table t is e'x\ny';
--- b
comment on table t is e'x\r\ny';

=== comment/textUnicode
create table t (a integer);
--- a
comment on table t is U&'\00e9';
--- b
comment on table t is U&'e\0301';

=== statistics/expressionsCollate
create table t (a text);
--- a
create statistics s on (upper(a)), a from t;
--- b
create statistics s on (upper(a collate "C")), a from t;

=== text_search_dictionary/optionsValue
--- a
create text search dictionary d (template = simple, accept = true);
--- b
create text search dictionary d (template = simple, accept = false);

=== aggregate/finalOther
create function f(integer) returns integer immutable language sql as 'select 1';
create function g(integer) returns integer immutable language sql as 'select 1';
--- a
create aggregate ag (integer) (sfunc = int4pl, stype = integer, finalfunc = f);
--- b
create aggregate ag (integer) (sfunc = int4pl, stype = integer, finalfunc = g);
