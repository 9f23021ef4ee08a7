-- Each probe: what both databases have, then `--- a`, what only the first has, and `--- b`, what only the second has.
-- test/support/probes.ts reads it.

=== table/unloggedPartition
create table p (a integer) partition by list (a);
--- a
create table t partition of p for values in (1);
--- b
create unlogged table t partition of p for values in (1);

=== table/accessMethodOfPartitioned since 17
create access method :"probe" type table handler heap_tableam_handler;
--- a
create table t (a integer) partition by list (a);
--- b
create table t (a integer) partition by list (a) using :"probe";

=== table/tablespace
--- a
create table t (a integer);
--- b
create table t (a integer) tablespace probe_space;

=== table/tablespaceOfPartitioned
--- a
create table t (a integer) partition by list (a);
--- b
create table t (a integer) partition by list (a) tablespace probe_space;

=== table/tablespaceOfPartition
create table p (a integer) partition by list (a) tablespace probe_space;
--- a
create table t partition of p for values in (1);
--- b
create table t partition of p for values in (1) tablespace pg_default;

=== table/accessMethodOfPartition since 17
create access method :"probe" type table handler heap_tableam_handler;
create table p (a integer) partition by list (a) using :"probe";
--- a
create table t partition of p for values in (1);
--- b
create table t partition of p for values in (1) using heap;

=== table/accessMethodOfSubpartitioned since 17
create access method :"probe" type table handler heap_tableam_handler;
create table p (a integer) partition by list (a) using :"probe";
--- a
create table t partition of p for values in (1) partition by list (a);
--- b
create table t partition of p for values in (1) partition by list (a);
alter table t set access method default;

=== index/tablespaceOfPartitionAlone
create table p (a integer) partition by list (a);
create table t partition of p for values in (1);
create index i on p (a) tablespace probe_space;
--- a
--- b
alter index t_a_idx set tablespace pg_default;

=== table/optionsValue
--- a
create table t (a integer) with (fillfactor = 70);
--- b
create table t (a integer) with (fillfactor = 80);

=== table/optionsUserCatalog
create table t (a integer);
--- a
--- b
alter table t set (user_catalog_table = true, parallel_workers = 3);

=== table/partitionKeyStrategy
--- a
create table t (a integer) partition by list (a);
--- b
create table t (a integer) partition by range (a);

=== table/partitionKeyHash
--- a
create table t (a integer) partition by range (a);
--- b
create table t (a integer) partition by hash (a);

=== table/partitionKeyColumns
--- a
create table t (a integer, b integer) partition by range (a, b);
--- b
create table t (a integer, b integer) partition by range (b, a);

=== table/partitionKeyExpression
--- a
create table t (a integer, b integer) partition by range ((a + b));
--- b
create table t (a integer, b integer) partition by range ((a - b));

=== table/partitionKeyCollation
--- a
create table t (a text) partition by range (a);
--- b
create table t (a text) partition by range (a collate "C");

=== table/partitionKeyOperatorClass
--- a
create table t (a text) partition by range (a);
--- b
create table t (a text) partition by range (a text_pattern_ops);

=== table/partitionOfBound
create table p (a integer) partition by range (a);
--- a
create table t partition of p for values from (1) to (2);
--- b
create table t partition of p for values from (1) to (3);

=== table/partitionOfMinValue
create table p (a integer) partition by range (a);
--- a
create table t partition of p for values from (0) to (2);
--- b
create table t partition of p for values from (minvalue) to (2);

=== table/partitionOfDefault
create table p (a integer) partition by list (a);
--- a
create table t partition of p for values in (1);
--- b
create table t partition of p default;

=== table/partitionOfNull
create table p (a integer) partition by list (a);
--- a
create table t partition of p for values in (1);
--- b
create table t partition of p for values in (1, null);

=== table/partitionOfModulus
create table p (a integer) partition by hash (a);
--- a
create table t partition of p for values with (modulus 4, remainder 1);
--- b
create table t partition of p for values with (modulus 4, remainder 2);

=== table/partitionOfOtherParent
create table p (a integer) partition by list (a);
create table q (a integer) partition by list (a);
--- a
create table t partition of p for values in (1);
--- b
create table t partition of q for values in (1);

=== table/partitionOfSubpartitioned
create table p (a integer) partition by list (a);
--- a
create table t (a integer) partition by list (a);
--- b
create table t partition of p for values in (1) partition by list (a);

=== table/inheritsOrder
create table p (a integer);
create table q (b integer);
--- a
create table t (a integer, b integer); alter table t inherit p; alter table t inherit q;
--- b
create table t (a integer, b integer); alter table t inherit q; alter table t inherit p;

=== table/inheritsMore
create table p (a integer);
create table q (a integer);
--- a
create table t () inherits (p);
--- b
create table t () inherits (p, q);

=== table/ofTypeOther
create type one as (a integer);
create type two as (a integer);
--- a
create table t of one;
--- b
create table t of two;

=== table/replicaIdentityIndex
create table t (a integer not null, b integer not null);
create unique index i on t (a);
create unique index j on t (b);
alter table t replica identity using index i;
--- a
--- b
alter table t replica identity using index j;

=== table/replicaIdentityNothing
create table t (a integer);
alter table t replica identity full;
--- a
--- b
alter table t replica identity nothing;

=== table/replicaIdentityKey
create table t (a integer primary key);
--- a
--- b
alter table t replica identity using index t_pkey;

=== table/replicaIdentityOfPartition
create table p (a integer primary key) partition by list (a);
create table t partition of p for values in (1);
--- a
--- b
alter table t replica identity full;

=== table/clusterOnKey
create table t (a integer primary key);
--- a
--- b
alter table t cluster on t_pkey;

=== table/rowSecurityOfPartition
create table p (a integer) partition by list (a);
create table t partition of p for values in (1);
--- a
--- b
alter table t enable row level security;

=== table/ownerOfPartition
create table p (a integer) partition by list (a);
create table t partition of p for values in (1);
--- a
--- b
alter table t owner to pg_monitor;

=== column/positionOfInherited
create table p (a integer);
--- a
create table t (b integer, a integer); alter table t inherit p;
--- b
create table t (b integer) inherits (p);

=== column/typeModifier
--- a
create table t (a numeric(10, 2));
--- b
create table t (a numeric(10, 3));

=== column/typeLength
--- a
create table t (a varchar(10));
--- b
create table t (a varchar);

=== column/typeIntervalFields
--- a
create table t (a interval);
--- b
create table t (a interval day to second(3));

=== column/typeTimePrecision
--- a
create table t (a timestamptz(3));
--- b
create table t (a timestamptz(4));

=== column/typeArray
--- a
create table t (a integer);
--- b
create table t (a integer[]);

=== column/typeBit
--- a
create table t (a bit(3));
--- b
create table t (a bit varying(3));

=== column/typeDomain
create domain d as integer;
create domain e as integer;
--- a
create table t (a d);
--- b
create table t (a e);

=== column/collationOfDomainColumn
create domain d as text collate "C";
--- a
create table t (a d);
--- b
create table t (a d collate "POSIX");

=== column/collationNone
--- a
create table t (a text);
--- b
create table t (a text collate "C");

=== column/notNullOfPartitionAlone
create table p (a integer) partition by list (a);
create table t partition of p for values in (1);
--- a
--- b
alter table t alter a set not null;

=== column/notNullOfParent
create table p (a integer) partition by list (a);
create table t partition of p for values in (1);
--- a
--- b
alter table p alter a set not null;

=== column/notNullNameOfChild since 18
create table p (a integer constraint one not null);
--- a
create table t () inherits (p);
--- b
create table t (a integer constraint two not null) inherits (p);

=== column/notNullOfKey since 18
create table t (a integer primary key);
--- a
--- b
alter table t rename constraint t_a_not_null to other;

=== column/identityByDefault
--- a
create table t (a integer generated always as identity);
--- b
create table t (a integer generated by default as identity);

=== column/identityStart
--- a
create table t (a integer generated always as identity);
--- b
create table t (a integer generated always as identity (start 7));

=== column/identityIncrement
--- a
create table t (a integer generated always as identity);
--- b
create table t (a integer generated always as identity (increment 7));

=== column/identityMaximum
--- a
create table t (a integer generated always as identity);
--- b
create table t (a integer generated always as identity (maxvalue 700));

=== column/identityMinimum
--- a
create table t (a integer generated always as identity (start 5));
--- b
create table t (a integer generated always as identity (start 5 minvalue 2));

=== column/identityCache
--- a
create table t (a integer generated always as identity);
--- b
create table t (a integer generated always as identity (cache 5));

=== column/identityCycle
--- a
create table t (a integer generated always as identity);
--- b
create table t (a integer generated always as identity (cycle));

=== column/identityName
create table t (a integer generated always as identity);
--- a
--- b
alter sequence t_a_seq rename to other;

=== column/identitySchema
--- a
create table t (a integer generated always as identity);
--- b
create table t (a integer generated always as identity (sequence name another));

=== column/identityType
--- a
create table t (a bigint generated always as identity);
--- b
create table t (a bigint generated always as identity); alter sequence t_a_seq as integer;

=== column/generatedExpression
--- a
create table t (a integer, b integer generated always as (a + 1) stored);
--- b
create table t (a integer, b integer generated always as (a + 2) stored);

=== column/generatedKind since 18
--- a
create table t (a integer, b integer generated always as (a + 1) stored);
--- b
create table t (a integer, b integer generated always as (a + 1) virtual);

=== column/generatedOfChild since 16
create table p (a integer, b integer generated always as (a + 1) stored);
--- a
create table t () inherits (p);
--- b
create table t (b integer generated always as (a + 7) stored) inherits (p);

=== column/storageExternal
create table t (a text);
--- a
--- b
alter table t alter a set storage external;

=== column/storageMainOfPartition
create table p (a text) partition by list (a);
create table t partition of p for values in ('a');
--- a
--- b
alter table t alter a set storage main;

=== column/statisticsTargetZero
create table t (a integer);
--- a
--- b
alter table t alter a set statistics 0;

=== column/optionsInherited
create table t (a integer);
--- a
--- b
alter table t alter a set (n_distinct_inherited = 5);

=== column/optionsOfPartition
create table p (a integer) partition by list (a);
create table t partition of p for values in (1);
--- a
--- b
alter table t alter a set (n_distinct = 5);

=== column/statisticsTargetOfPartition
create table p (a integer) partition by list (a);
create table t partition of p for values in (1);
--- a
--- b
alter table t alter a set statistics 5;

=== column/statisticsTargetOfForeignTable
create foreign data wrapper :"probe";
create server :"probe" foreign data wrapper :"probe";
create foreign table t (a integer) server :"probe";
--- a
--- b
alter foreign table t alter a set statistics 5;

=== column/optionsOfForeignTable
create foreign data wrapper :"probe";
create server :"probe" foreign data wrapper :"probe";
create foreign table t (a integer) server :"probe";
--- a
--- b
alter foreign table t alter a set (n_distinct = 5);

=== column/storageOfForeignTable
create foreign data wrapper :"probe";
create server :"probe" foreign data wrapper :"probe";
create foreign table t (a text) server :"probe";
--- a
--- b
alter foreign table t alter a set storage plain;

=== column/statisticsTargetOfTyped
create type c as (a integer);
create table t of c;
--- a
--- b
alter table t alter a set statistics 5;

=== column/notNullOfTyped
create type c as (a integer);
--- a
create table t of c;
--- b
create table t of c (a with options not null);

=== column/generatedOfForeignTable
create foreign data wrapper :"probe";
create server :"probe" foreign data wrapper :"probe";
--- a
create foreign table t (a integer, b integer) server :"probe";
--- b
create foreign table t (a integer, b integer generated always as (a + 1) stored) server :"probe";

=== column/inherited
create table p (a integer);
--- a
create table t () inherits (p);
--- b
create table t (a integer) inherits (p);

=== default/present
create table t (a integer);
--- a
--- b
alter table t alter a set default 1;

=== default/presentOfTyped
create type c as (a integer);
--- a
create table t of c;
--- b
create table t of c (a with options default 5);

=== default/presentOfForeignTable
create foreign data wrapper :"probe";
create server :"probe" foreign data wrapper :"probe";
create foreign table t (a integer) server :"probe";
--- a
--- b
alter foreign table t alter a set default 5;

=== default/expressionOfPartition
create table p (a integer, b integer default 1) partition by list (a);
create table t partition of p for values in (1);
--- a
--- b
alter table t alter b set default 2;

=== default/onPartitionTakenAway
create table p (a integer, b integer default 1) partition by list (a);
create table t partition of p for values in (1);
--- a
--- b
alter table only t alter b drop default;

=== default/expressionSequence
create sequence s;
create sequence r;
--- a
create table t (a integer default nextval('s'));
--- b
create table t (a integer default nextval('r'));

=== foreign_table/present
create foreign data wrapper :"probe";
create server :"probe" foreign data wrapper :"probe";
--- a
--- b
create foreign table t (a integer) server :"probe";

=== foreign_table/server
create foreign data wrapper :"probe";
create server :"probe" foreign data wrapper :"probe";
create server "another server" foreign data wrapper :"probe";
--- a
create foreign table t (a integer) server :"probe";
--- b
create foreign table t (a integer) server "another server";

=== foreign_table/inherits
create foreign data wrapper :"probe";
create server :"probe" foreign data wrapper :"probe";
create table p (a integer);
--- a
create foreign table t (a integer) server :"probe";
--- b
create foreign table t (a integer) server :"probe"; alter foreign table t inherit p;

=== foreign_table/partitionOf
create foreign data wrapper :"probe";
create server :"probe" foreign data wrapper :"probe";
create table p (a integer) partition by list (a);
--- a
create foreign table t partition of p for values in (1) server :"probe";
--- b
create foreign table t partition of p for values in (2) server :"probe";

=== foreign_table/owner
create foreign data wrapper :"probe";
create server :"probe" foreign data wrapper :"probe";
create foreign table t (a integer) server :"probe";
--- a
--- b
alter foreign table t owner to pg_monitor;

=== constraint/presentOnForeignTable
create foreign data wrapper :"probe";
create server :"probe" foreign data wrapper :"probe";
create foreign table t (a integer) server :"probe";
--- a
--- b
alter foreign table t add constraint c check (a > 0);

=== constraint/inherited
create table p (a integer constraint c check (a > 0));
--- a
create table t () inherits (p);
--- b
create table t (constraint c check (a > 0)) inherits (p);

=== constraint/columnsOrder
create table p (a integer, b integer, unique (a, b));
--- a
create table t (a integer, b integer, constraint c foreign key (a, b) references p (a, b));
--- b
create table t (a integer, b integer, constraint c foreign key (b, a) references p (a, b));

=== constraint/table
create table p (a integer primary key);
create table q (a integer primary key);
--- a
create table t (a integer constraint c references p);
--- b
create table t (a integer constraint c references q);

=== constraint/tableColumns
create table p (a integer primary key, b integer unique);
--- a
create table t (a integer constraint c references p (a));
--- b
create table t (a integer constraint c references p (b));

=== constraint/matchFull
create table p (a integer, b integer, primary key (a, b));
--- a
create table t (a integer, b integer, constraint c foreign key (a, b) references p);
--- b
create table t (a integer, b integer, constraint c foreign key (a, b) references p match full);

=== constraint/onDeleteRestrict
create table p (a integer primary key);
--- a
create table t (a integer constraint c references p);
--- b
create table t (a integer constraint c references p on delete restrict);

=== constraint/onDeleteSetDefault
create table p (a integer primary key);
--- a
create table t (a integer constraint c references p on delete set null);
--- b
create table t (a integer constraint c references p on delete set default);

=== constraint/onUpdateCascade
create table p (a integer primary key);
--- a
create table t (a integer constraint c references p on update set null);
--- b
create table t (a integer constraint c references p on update cascade);

=== constraint/onDeleteColumnsOfDefault since 15
create table p (a integer, b integer, primary key (a, b));
--- a
create table t (a integer, b integer, constraint c foreign key (a, b) references p on delete set default (a));
--- b
create table t (a integer, b integer, constraint c foreign key (a, b) references p on delete set default (b));

=== constraint/deferrableForeignKey
create table p (a integer primary key);
--- a
create table t (a integer constraint c references p);
--- b
create table t (a integer constraint c references p deferrable);

=== constraint/initiallyDeferredForeignKey
create table p (a integer primary key);
--- a
create table t (a integer constraint c references p deferrable);
--- b
create table t (a integer constraint c references p deferrable initially deferred);

=== constraint/deferrableUnique
--- a
create table t (a integer constraint c unique);
--- b
create table t (a integer constraint c unique deferrable);

=== constraint/deferrablePrimaryKey
--- a
create table t (a integer constraint c primary key);
--- b
create table t (a integer constraint c primary key deferrable initially deferred);

=== constraint/deferrableExclusion
--- a
create table t (a integer, constraint c exclude using btree (a with =));
--- b
create table t (a integer, constraint c exclude using btree (a with =) deferrable);

=== constraint/notEnforcedForeign since 18
create table p (a integer primary key);
--- a
create table t (a integer constraint c references p);
--- b
create table t (a integer constraint c references p not enforced);

=== constraint/notValidForeign
create table p (a integer primary key);
create table t (a integer);
--- a
alter table t add constraint c foreign key (a) references p;
--- b
alter table t add constraint c foreign key (a) references p not valid;

=== constraint/indexKeys
--- a
create table t (a integer, b integer, constraint c unique (a, b));
--- b
create table t (a integer, b integer, constraint c unique (b, a));

=== constraint/indexInclude
--- a
create table t (a integer, b integer, constraint c unique (a));
--- b
create table t (a integer, b integer, constraint c unique (a) include (b));

=== constraint/indexIncludeOfPrimaryKey
--- a
create table t (a integer, b integer, constraint c primary key (a));
--- b
create table t (a integer, b integer, constraint c primary key (a) include (b));

=== constraint/indexNullsNotDistinct since 15
--- a
create table t (a integer, constraint c unique (a));
--- b
create table t (a integer, constraint c unique nulls not distinct (a));

=== constraint/indexTablespace
--- a
create table t (a integer, constraint c unique (a));
--- b
create table t (a integer, constraint c unique (a) using index tablespace probe_space);

=== constraint/indexPredicateOfExclusion
--- a
create table t (a integer, constraint c exclude using btree (a with =) where (a > 0));
--- b
create table t (a integer, constraint c exclude using btree (a with =) where (a > 1));

=== constraint/indexExpressionOfExclusion
--- a
create table t (a integer, constraint c exclude using btree ((a + 1) with =));
--- b
create table t (a integer, constraint c exclude using btree ((a + 2) with =));

=== constraint/indexMethodOfExclusion
--- a
create table t (a integer, constraint c exclude using btree (a with =));
--- b
create table t (a integer, constraint c exclude using hash (a with =));

=== constraint/indexClassOfExclusion
--- a
create table t (a text, constraint c exclude using btree (a with =));
--- b
create table t (a text, constraint c exclude using btree (a text_pattern_ops with =));

=== constraint/indexCollationOfExclusion
--- a
create table t (a text, constraint c exclude using btree (a with =));
--- b
create table t (a text, constraint c exclude using btree (a collate "C" with =));

=== constraint/indexOrderOfExclusion
--- a
create table t (a integer, constraint c exclude using btree (a with =));
--- b
create table t (a integer, constraint c exclude using btree (a desc nulls last with =));

=== constraint/indexIncludeOfExclusion
--- a
create table t (a integer, b integer, constraint c exclude using btree (a with =));
--- b
create table t (a integer, b integer, constraint c exclude using btree (a with =) include (b));

=== constraint/indexStatisticsOfExclusion
create table t (a integer, constraint c exclude using btree ((a + 1) with =));
--- a
--- b
alter index c alter column 1 set statistics 5;

=== constraint/withoutOverlapsUnique since 18
create extension if not exists btree_gist schema pg_catalog;
--- a
create table t (a integer, b int4range, constraint c unique (a, b));
--- b
create table t (a integer, b int4range, constraint c unique (a, b without overlaps));

=== constraint/presentPeriod since 18
create extension if not exists btree_gist schema pg_catalog;
create table p (a integer, b int4range, primary key (a, b without overlaps));
create table t (a integer, b int4range);
--- a
--- b
alter table t add constraint c foreign key (a, period b) references p (a, period b);

=== constraint/attachedTo
create table p (a integer) partition by list (a);
create table t partition of p for values in (1);
alter table t add constraint c unique (a);
alter table only p add constraint d unique (a);
--- a
--- b
alter index d attach partition c;

=== constraint/presentOfDomain
create domain d as integer;
--- a
--- b
alter domain d add constraint c check (value > 0);

=== index/uniqueAlone
create table t (a integer);
--- a
create index i on t (a);
--- b
create unique index i on t (a);

=== index/methodHash
create table t (a integer);
--- a
create index i on t (a);
--- b
create index i on t using hash (a);

=== index/methodBrin
create table t (a integer);
--- a
create index i on t (a);
--- b
create index i on t using brin (a);

=== index/methodGin
create table t (a tsvector);
--- a
create index i on t using gin (a);
--- b
create index i on t using gist (a);

=== index/methodSpgist
create table t (a int4range);
--- a
create index i on t using gist (a);
--- b
create index i on t using spgist (a);

=== index/keysColumn
create table t (a integer, b integer);
--- a
create index i on t (a);
--- b
create index i on t (b);

=== index/keysOrder
create table t (a integer, b integer);
--- a
create index i on t (a, b);
--- b
create index i on t (b, a);

=== index/keysNullsFirst
create table t (a integer);
--- a
create index i on t (a);
--- b
create index i on t (a nulls first);

=== index/keysDescendingNullsLast
create table t (a integer);
--- a
create index i on t (a desc);
--- b
create index i on t (a desc nulls last);

=== index/keysExpressionOther
create table t (a text);
--- a
create index i on t (lower(a));
--- b
create index i on t (upper(a));

=== index/keysCollationOfExpression
create table t (a text);
--- a
create index i on t (lower(a));
--- b
create index i on t (lower(a) collate "C");

=== index/keysClassOfGin
create table t (a jsonb);
--- a
create index i on t using gin (a);
--- b
create index i on t using gin (a jsonb_path_ops);

=== index/keysClassOfBrin
create table t (a integer);
--- a
create index i on t using brin (a);
--- b
create index i on t using brin (a int4_bloom_ops);

=== index/keysClassOptionsOfBrin
create table t (a integer);
--- a
create index i on t using brin (a int4_bloom_ops);
--- b
create index i on t using brin (a int4_bloom_ops (n_distinct_per_range = 77));

=== index/keysStatisticsOfExpression
create table t (a text, b integer);
create index i on t (b, lower(a));
--- a
--- b
alter index i alter column 2 set statistics 77;

=== index/keysStatisticsOfPartition
create table p (a text, b integer) partition by list (b);
create table t partition of p for values in (1);
create index i on p (lower(a));
--- a
--- b
alter index t_lower_idx alter column 1 set statistics 77;

=== index/optionsDeduplicate
create table t (a integer);
--- a
create index i on t (a);
--- b
create index i on t (a) with (deduplicate_items = off);

=== index/optionsOfGin
create table t (a tsvector);
--- a
create index i on t using gin (a);
--- b
create index i on t using gin (a) with (fastupdate = off, gin_pending_list_limit = 128);

=== index/optionsOfGist
create table t (a tsvector);
--- a
create index i on t using gist (a);
--- b
create index i on t using gist (a) with (buffering = on);

=== index/optionsOfBrin
create table t (a integer);
--- a
create index i on t using brin (a);
--- b
create index i on t using brin (a) with (pages_per_range = 7, autosummarize = on);

=== index/tablespace
create table t (a integer);
--- a
create index i on t (a);
--- b
create index i on t (a) tablespace probe_space;

=== index/invalidOfPartitioned
create table p (a integer) partition by list (a);
create table t partition of p for values in (1);
--- a
create index i on p (a);
--- b
create index i on only p (a);
create index t_a_idx on t (a);

=== index/optionsOfPartitionIndex
create table p (a integer) partition by list (a);
create table t partition of p for values in (1);
create index i on p (a);
--- a
--- b
alter index t_a_idx set (fillfactor = 50);

=== index/tablespaceOfPartitionIndex
create table p (a integer) partition by list (a);
create table t partition of p for values in (1);
create index i on p (a);
--- a
--- b
alter index t_a_idx set tablespace probe_space;

=== index/renamed
create table t (a integer);
--- a
create index i on t (a);
--- b
create index j on t (a);

=== index/onMaterializedView
create materialized view m as select 1 as a;
--- a
--- b
create index i on m (a);

=== index/table
create table t (a integer);
create table u (a integer);
--- a
create index i on t (a);
--- b
create index i on u (a);

=== sequence/present
--- a
--- b
create sequence s;

=== sequence/typeSmall
--- a
create sequence s as integer;
--- b
create sequence s as smallint;

=== sequence/startAlone
--- a
create sequence s;
--- b
create sequence s start 5;

=== sequence/incrementNegative
--- a
create sequence s increment 1 minvalue -9 maxvalue 9 start 1;
--- b
create sequence s increment -1 minvalue -9 maxvalue 9 start 1;

=== sequence/ownedByOther
create table t (a integer, b integer);
create sequence s owned by t.a;
--- a
--- b
alter sequence s owned by t.b;

=== sequence/owner
create sequence s;
--- a
--- b
alter sequence s owner to pg_monitor;

=== sequence/ofSerial
--- a
create table t (a serial);
--- b
create table t (a integer not null);

=== view/present
--- a
--- b
create view v as select 1 as a;

=== view/queryColumnName
--- a
create view v (a) as select 1;
--- b
create view v (b) as select 1;

=== view/optionsBarrier
--- a
create view v as select 1 as a;
--- b
create view v with (security_barrier) as select 1 as a;

=== view/optionsCheck
create table t (a integer);
--- a
create view v as select * from t where a > 0 with local check option;
--- b
create view v as select * from t where a > 0 with cascaded check option;

=== view/optionsInvoker since 15
create table t (a integer);
--- a
create view v as select * from t;
--- b
create view v with (security_invoker = true) as select * from t;

=== view/owner
create view v as select 1 as a;
--- a
--- b
alter view v owner to pg_monitor;

=== column/renamedOfView
--- a
create view v as select 1 as a, 2 as b;
--- b
create view v as select 1 as a, 2 as c;

=== default/presentOfViewColumn
create table t (a integer);
create view v as select * from t;
--- a
--- b
alter view v alter a set default 5;

=== materialized_view/present
--- a
--- b
create materialized view m as select 1 as a;

=== materialized_view/toastOptions
create materialized view m as select 'x'::text as a;
--- a
--- b
alter materialized view m set (toast.autovacuum_enabled = false);

=== materialized_view/tablespace
--- a
create materialized view m as select 1 as a;
--- b
create materialized view m tablespace probe_space as select 1 as a;

=== materialized_view/accessMethod
create access method :"probe" type table handler heap_tableam_handler;
--- a
create materialized view m as select 1 as a;
--- b
create materialized view m using :"probe" as select 1 as a;

=== materialized_view/owner
create materialized view m as select 1 as a;
--- a
--- b
alter materialized view m owner to pg_monitor;

=== materialized_view/populatedNoData
--- a
create materialized view m as select 1 as a;
--- b
create materialized view m as select 1 as a with no data;

=== column/optionsOfView
create materialized view m as select 1 as a;
--- a
--- b
alter materialized view m alter a set (n_distinct = 7);

=== column/compressionOfMaterializedView
create materialized view m as select 'x'::text as a;
--- a
--- b
alter materialized view m alter a set compression pglz;

=== statistics/present
create table t (a integer, b integer);
--- a
--- b
create statistics s on a, b from t;

=== statistics/kindsMany
create table t (a integer, b integer);
--- a
create statistics s (ndistinct, mcv) on a, b from t;
--- b
create statistics s (ndistinct, dependencies) on a, b from t;

=== statistics/kindsAll
create table t (a integer, b integer);
--- a
create statistics s on a, b from t;
--- b
create statistics s (mcv) on a, b from t;

=== statistics/expressionsOne
create table t (a integer, b integer);
--- a
create statistics s on (a + b) from t;
--- b
create statistics s on (a - b) from t;

=== statistics/statisticsTargetZero
create table t (a integer, b integer);
create statistics s on a, b from t;
--- a
--- b
alter statistics s set statistics 0;

=== statistics/owner
create table t (a integer, b integer);
create statistics s on a, b from t;
--- a
--- b
alter statistics s owner to pg_monitor;

=== statistics/table
create table t (a integer, b integer);
create table u (a integer, b integer);
--- a
create statistics s on a, b from t;
--- b
create statistics s on a, b from u;

=== trigger/present
create table t (a integer);
create function f() returns trigger language plpgsql as 'begin return new; end';
--- a
--- b
create trigger g before insert on t for each row execute function f();

=== trigger/function
create table t (a integer);
create function f() returns trigger language plpgsql as 'begin return new; end';
create function h() returns trigger language plpgsql as 'begin return new; end';
--- a
create trigger g before insert on t for each row execute function f();
--- b
create trigger g before insert on t for each row execute function h();

=== trigger/timingAfter
create table t (a integer);
create function f() returns trigger language plpgsql as 'begin return new; end';
--- a
create trigger g before insert on t for each row execute function f();
--- b
create trigger g after insert on t for each row execute function f();

=== trigger/eventsTruncate
create table t (a integer);
create function f() returns trigger language plpgsql as 'begin return new; end';
--- a
create trigger g before insert on t execute function f();
--- b
create trigger g before insert or truncate on t execute function f();

=== trigger/enabledDisabled
create table t (a integer);
create function f() returns trigger language plpgsql as 'begin return new; end';
create trigger g before insert on t for each row execute function f();
--- a
--- b
alter table t disable trigger g;

=== trigger/enabledReplica
create table t (a integer);
create function f() returns trigger language plpgsql as 'begin return new; end';
create trigger g before insert on t for each row execute function f();
--- a
--- b
alter table t enable replica trigger g;

=== trigger/enabledAlways
create table t (a integer);
create function f() returns trigger language plpgsql as 'begin return new; end';
create trigger g before insert on t for each row execute function f();
alter table t enable replica trigger g;
--- a
--- b
alter table t enable always trigger g;

=== trigger/argumentsBackslash
create table t (a integer);
create function f() returns trigger language plpgsql as 'begin return new; end';
--- a
create trigger g before insert on t for each row execute function f('a', 'b');
--- b
create trigger g before insert on t for each row execute function f('a', e'b\\c''d');

=== trigger/argumentsEmpty
create table t (a integer);
create function f() returns trigger language plpgsql as 'begin return new; end';
--- a
create trigger g before insert on t for each row execute function f();
--- b
create trigger g before insert on t for each row execute function f('');

=== trigger/oldTable
create table t (a integer);
create function f() returns trigger language plpgsql as 'begin return new; end';
--- a
create trigger g after delete on t referencing old table as one for each statement execute function f();
--- b
create trigger g after delete on t referencing old table as two for each statement execute function f();

=== trigger/constraintDeferrable
create table t (a integer);
create function f() returns trigger language plpgsql as 'begin return new; end';
--- a
create constraint trigger g after insert on t for each row execute function f();
--- b
create constraint trigger g after insert on t deferrable for each row execute function f();

=== trigger/constraintDeferred
create table t (a integer);
create function f() returns trigger language plpgsql as 'begin return new; end';
--- a
create constraint trigger g after insert on t deferrable for each row execute function f();
--- b
create constraint trigger g after insert on t deferrable initially deferred for each row execute function f();

=== trigger/constraintFrom
create table t (a integer);
create table u (a integer);
create function f() returns trigger language plpgsql as 'begin return new; end';
--- a
create constraint trigger g after insert on t for each row execute function f();
--- b
create constraint trigger g after insert on t from u for each row execute function f();

=== trigger/onView
create view v as select 1 as a;
create function f() returns trigger language plpgsql as 'begin return new; end';
--- a
--- b
create trigger g instead of insert on v for each row execute function f();

=== trigger/onForeignTable
create foreign data wrapper :"probe";
create server :"probe" foreign data wrapper :"probe";
create foreign table t (a integer) server :"probe";
create function f() returns trigger language plpgsql as 'begin return new; end';
--- a
--- b
create trigger g before insert on t for each row execute function f();

=== rule/present
create table t (a integer);
--- a
--- b
create rule r as on insert to t do also notify x;

=== rule/definitionWhere
create table t (a integer);
--- a
create rule r as on delete to t where old.a > 0 do instead nothing;
--- b
create rule r as on delete to t where old.a > 1 do instead nothing;

=== rule/enabledReplica
create table t (a integer);
create rule r as on insert to t do also notify x;
--- a
--- b
alter table t enable replica rule r;

=== rule/enabledAlways
create table t (a integer);
create rule r as on insert to t do also notify x;
alter table t disable rule r;
--- a
--- b
alter table t enable always rule r;

=== policy/present
create table t (a integer);
--- a
--- b
create policy p on t;

=== policy/withCheckOfInsert
create table t (a integer);
--- a
create policy p on t for insert with check (a > 0);
--- b
create policy p on t for insert with check (a > 1);

=== policy/rolesMany
create table t (a integer);
--- a
create policy p on t to pg_monitor;
--- b
create policy p on t to pg_monitor, pg_read_all_data;

=== sequence/presentOfSerialOnForeignTable
create foreign data wrapper :"probe";
create server :"probe" foreign data wrapper :"probe";
--- a
create foreign table t (a integer not null) server :"probe";
--- b
create foreign table t (a serial) server :"probe";

=== default/presentOfSerialOnForeignPartition
create foreign data wrapper :"probe";
create server :"probe" foreign data wrapper :"probe";
create table p (a bigint, b integer) partition by list (b);
--- a
create foreign table t (a bigint not null, b integer) server :"probe"; alter table p attach partition t for values in (1);
--- b
create foreign table t (a bigserial, b integer) server :"probe"; alter table p attach partition t for values in (1);

=== sequence/ownedByForeignTable
create foreign data wrapper :"probe";
create server :"probe" foreign data wrapper :"probe";
create foreign table t (a integer) server :"probe";
create sequence s;
--- a
--- b
alter sequence s owned by t.a;

=== column/generatedOfPartition since 16
create table p (a integer, b integer generated always as (a + 1) stored) partition by list (a);
--- a
create table t (a integer, b integer generated always as (a + 2) stored); alter table p attach partition t for values in (1);
--- b
create table t (a integer, b integer generated always as (a + 3) stored); alter table p attach partition t for values in (1);

=== column/generatedOfForeignPartition since 16
create foreign data wrapper :"probe";
create server :"probe" foreign data wrapper :"probe";
create table p (a integer, b integer generated always as (a + 1) stored) partition by list (a);
--- a
create foreign table t (a integer, b integer generated always as (a + 2) stored) server :"probe"; alter table p attach partition t for values in (1);
--- b
create foreign table t (a integer, b integer generated always as (a + 3) stored) server :"probe"; alter table p attach partition t for values in (1);

=== column/generatedVirtualOfPartition since 18
create table p (a integer, b integer generated always as (a + 1) virtual) partition by list (a);
--- a
create table t (a integer, b integer generated always as (a + 2) virtual); alter table p attach partition t for values in (1);
--- b
create table t (a integer, b integer generated always as (a + 3) virtual); alter table p attach partition t for values in (1);

=== constraint/presentWithoutOverlapsOfPartitions since 18
create extension if not exists btree_gist schema pg_catalog;
create table p (a integer, v daterange) partition by list (a);
create table t partition of p for values in (1);
--- a
alter table p add primary key (a, v without overlaps);
--- b
alter table p add unique (a, v without overlaps);

=== constraint/renamedPartsWithoutOverlaps since 18
create extension if not exists btree_gist schema pg_catalog;
create table p (a integer, v daterange, constraint one primary key (a, v without overlaps)) partition by list (a);
create table t partition of p for values in (1) partition by list (a);
create table u partition of t for values in (1);
--- a
--- b
alter table t rename constraint t_pkey to two; alter table u rename constraint u_pkey to three;

=== constraint/presentWithoutOverlapsOnTheWay since 18
create extension if not exists btree_gist schema pg_catalog;
create table p (a integer, v daterange, constraint one unique (a, v without overlaps)) partition by list (a);
--- a
create table t (a integer, v daterange, constraint own unique (a, v without overlaps));
--- b
create table t (a integer, v daterange); alter table p attach partition t for values in (1);

=== constraint/expressionOfWholeRow
create table t (a integer, b integer);
create function f(t) returns boolean language sql immutable as 'select $1.a > 0';
--- a
alter table t add constraint c check (f(t));
--- b
alter table t add constraint c check (not f(t));

=== constraint/presentBesideInherited
create table r (a integer primary key);
create table p (a integer) partition by list (a);
create table t partition of p for values in (1);
alter table p add constraint fk foreign key (a) references r;
--- a
--- b
alter table t add constraint fk2 foreign key (a) references r;

=== view/queryInCircle
create view a as select 1 as x, 'y'::text collate "C" as y;
create view b as select x, y from a;
--- a
--- b
create or replace view a with (security_barrier) as select x, y from b; comment on view a is 'round';

=== view/presentInCircle
--- a
--- b
create view a as select 1 as x;
create view b as select x from a;
create view c as select x from b;
create or replace view a as select x from c;

=== view/presentThroughFunctionOfItsRows
--- a
--- b
create view v as select 1 as x;
create function f(v) returns integer language sql as 'select 1';
create or replace view v as select f(row(1)::v) as x;

=== view/queryMarksOfCycle
--- a
create view v as with recursive x (n, m) as (select 1, 2 union all select n + 1, m from x where n < 3) cycle n set c using p select n, m from x;
--- b
create view v as with recursive x (n, m) as (select 1, 2 union all select n + 1, m from x where n < 3) cycle n, m set c to 'y' default 'n' using p select n, m from x;

=== view/queryByKey
create table t (a integer primary key, b text);
--- a
create view v as select a, b from t group by a;
--- b
create view v as select a, b from t group by a, b;

=== statistics/presentOnMaterializedView
create materialized view t as select 1 as a, 2 as b;
--- a
--- b
create statistics s on a, b from t;

=== statistics/expressionsOrder
create table t (a integer, b integer);
--- a
create statistics s on (a + 1), (b + 1) from t;
--- b
create statistics s on (b + 1), (a + 1) from t;

=== table/partitionOfListOrder
create table p (a integer) partition by list (a);
--- a
create table t partition of p for values in (1, 2);
--- b
create table t partition of p for values in (2, 1);

=== trigger/columnsOrder
create table t (a integer, b integer);
create function f() returns trigger language plpgsql as 'begin return new; end';
--- a
create trigger g before update of a, b on t for each row execute function f();
--- b
create trigger g before update of b, a on t for each row execute function f();

=== trigger/enabledOfSubpartition
create table p (a integer) partition by list (a);
create table t partition of p for values in (1) partition by list (a);
create table u partition of t for values in (1);
create function f() returns trigger language plpgsql as 'begin return new; end';
create trigger g after insert on p for each row execute function f();
--- a
--- b
alter table u disable trigger g;

=== column/notNullOfChildToo since 18
create table p (a integer not null);
--- a
create table t (b integer) inherits (p);
--- b
create table t (b integer, not null a) inherits (p);

=== statistics/presentInOtherSchema
create table t (a integer, b integer);
--- a
create statistics s on a, b from t;
--- b
create statistics public."statistics-presentInOtherSchema" on a, b from t;

=== constraint/presentSecondOfDomain
--- a
create domain d as integer constraint one check (value > 1) constraint two check (value < 5);
--- b
create domain d as integer constraint one check (value > 1 and value < 5);

=== index/keysClassOptionsOfSignature
create table t (a tsvector);
--- a
create index i on t using gist (a);
--- b
create index i on t using gist (a tsvector_ops(siglen = 100));

=== constraint/indexOptionsOfPartition
create table p (a integer primary key) partition by list (a);
create table t partition of p for values in (1);
--- a
--- b
alter index t_pkey set (fillfactor = 50);

=== table/optionsOfPartition
create table p (a integer) partition by list (a);
--- a
create table t partition of p for values in (1);
--- b
create table t partition of p for values in (1) with (fillfactor = 50, autovacuum_enabled = false);

=== table/toastOptionsOfPartition
create table p (a integer, b text) partition by list (a);
--- a
create table t partition of p for values in (1);
--- b
create table t partition of p for values in (1) with (toast.autovacuum_enabled = false);

=== column/compressionOfPartition
create table p (a integer, b text) partition by list (a);
create table t partition of p for values in (1);
--- a
--- b
alter table t alter b set compression pglz;

=== column/optionsDistinct
create table t (a integer, b text);
--- a
alter table t alter a set (n_distinct = 5);
--- b
alter table t alter a set (n_distinct = -0.5);

=== rule/enabledDisabled
create table t (a integer);
create rule r as on insert to t do also select 1;
--- a
--- b
alter table t disable rule r;

=== rule/definitionInsteadNothing
create table t (a integer);
--- a
create rule r as on delete to t do instead nothing;
--- b
create rule r as on delete to t do also nothing;

=== statistics/expressionsAlone
create table t (a integer, b integer);
--- a
create statistics s on (a + b) from t;
--- b
create statistics s on (a - b) from t;

=== column/generatedDroppedExpression
create table t (a integer, b integer generated always as (a + 1) stored);
--- a
--- b
alter table t alter b drop expression;

=== column/identityOfPartition since 17
create table p (a integer generated always as identity, k integer) partition by list (k);
create table t partition of p for values in (1);
--- a
--- b
alter table p alter a set generated by default;

=== trigger/enabledOfConstraint
create table t (a integer);
create function f() returns trigger language plpgsql as 'begin return null; end';
create constraint trigger x after insert on t deferrable for each row execute function f();
--- a
--- b
alter table t enable always trigger x;

=== column/identityUnlogged since 15
--- a
create table t (a integer generated always as identity);
--- b
create unlogged table t (a integer generated always as identity);
alter table t set logged;
alter sequence t_a_seq set unlogged;

=== column/notNullInheritedAgain since 18
create table p (a integer constraint x not null no inherit);
create table t () inherits (p);
--- a
--- b
alter table p alter constraint x inherit;

=== constraint/inheritedCheckToo
create table p (a integer, constraint c check (a > 0));
--- a
create table t () inherits (p);
--- b
create table t (constraint c check (a > 0)) inherits (p);

=== sequence/cycleAlone
--- a
create sequence s maxvalue 100 no cycle;
--- b
create sequence s maxvalue 100 cycle;

=== index/uniqueOnMaterializedView
create materialized view m as select 1 as a;
--- a
create index i on m (a);
--- b
create unique index i on m (a);

=== default/presentOfTypedOption
create type c as (a integer, b text);
--- a
create table t of c;
--- b
create table t of c (a with options default 1);

=== column/compressionOfTyped
create type ty as (a text);
create table t of ty;
--- a
--- b
alter table t alter column a set compression pglz;

=== column/storageOfTyped
create type ty as (a text);
create table t of ty;
--- a
--- b
alter table t alter column a set storage external;

=== column/optionsOfTyped
create type ty as (a text);
create table t of ty;
--- a
--- b
alter table t alter column a set (n_distinct = 7);

=== column/foreignOptionsOfPartition
create foreign data wrapper :"probe";
create server :"probe" foreign data wrapper :"probe";
create table p (a integer, b text) partition by list (a);
--- a
create foreign table t partition of p for values in (1) server :"probe";
--- b
create foreign table t partition of p for values in (1) server :"probe";
alter foreign table t alter column b options (column_name 'it''s "x"=\,');

=== column/foreignOptionsMore
create foreign data wrapper :"probe";
create server :"probe" foreign data wrapper :"probe";
--- a
create foreign table t (a integer options (one '1')) server :"probe";
--- b
create foreign table t (a integer options (one '1', two '')) server :"probe";

=== column/storageOfPartitionedAlone
create table p (a integer, b text) partition by list (a);
create table t partition of p for values in (1);
--- a
--- b
alter table only p alter column b set storage main;

=== column/statisticsTargetOfPartitionedAlone
create table p (a integer, b text) partition by list (a);
create table t partition of p for values in (1);
--- a
--- b
alter table only p alter column b set statistics 5;

=== column/notNullNoInheritOfParent since 18
--- a
create table p (a integer not null);
--- b
create table p (a integer not null no inherit);

=== column/notNullNotValidOfPartitioned since 18
create table p (a integer, b integer) partition by list (a);
create table t partition of p for values in (1);
--- a
alter table p add constraint n not null b;
--- b
alter table p add constraint n not null b not valid;

=== column/notNullNotValidOfForeignTable since 18
create foreign data wrapper :"probe";
create server :"probe" foreign data wrapper :"probe";
create foreign table t (a integer) server :"probe";
--- a
alter foreign table t add constraint n not null a;
--- b
alter foreign table t add constraint n not null a not valid;

=== column/notNullNameOfPartition since 18
create table p (a integer, b integer) partition by list (a);
create table t (a integer, b integer constraint "Own Name" not null);
--- a
alter table t rename constraint "Own Name" to other;
alter table p attach partition t for values in (1);
--- b
alter table p attach partition t for values in (1);

=== column/notNullOfForeignTable
create foreign data wrapper :"probe";
create server :"probe" foreign data wrapper :"probe";
--- a
create foreign table t (a integer) server :"probe";
--- b
create foreign table t (a integer not null) server :"probe";

=== column/notNullNameQuoted since 18
--- a
create table t (a integer constraint "n""1" not null);
--- b
create table t (a integer constraint "n""2" not null);

=== column/typeQuoted
create type "My ""Type" as enum ('a');
create type "my type" as enum ('a');
--- a
create table t (a "My ""Type"[]);
--- b
create table t (a "my type"[]);

=== column/typeDomainOfArray
create domain d as integer[];
--- a
create table t (a integer[]);
--- b
create table t (a d);

=== column/typeInterval
--- a
create table t (a interval day to second(3));
--- b
create table t (a interval day to second);

=== column/typeNumericNegative since 15
--- a
create table t (a numeric(5, -2));
--- b
create table t (a numeric(5));

=== column/typeQuotedChar
--- a
create table t (a "char");
--- b
create table t (a char);

=== column/typeBpchar
--- a
create table t (a bpchar);
--- b
create table t (a char(1));

=== column/typeVarbit
--- a
create table t (a varbit);
--- b
create table t (a varbit(1));

=== column/positionOfForeignTable
create foreign data wrapper :"probe";
create server :"probe" foreign data wrapper :"probe";
--- a
create foreign table t (a integer, b integer) server :"probe";
--- b
create foreign table t (b integer, a integer) server :"probe";

=== column/positionOfPartition
create table p (a integer, b integer) partition by list (a);
--- a
create table t (a integer, b integer);
alter table p attach partition t for values in (1);
--- b
create table t (b integer, a integer);
alter table p attach partition t for values in (1);

=== column/collationOfPartitioned
--- a
create table p (a text) partition by list (a);
--- b
create table p (a text collate "C") partition by list (a);

=== column/collationOfArray
--- a
create table t (a text[]);
--- b
create table t (a text[] collate "POSIX");

=== column/generatedOfForeignTableVirtual since 18
create foreign data wrapper :"probe";
create server :"probe" foreign data wrapper :"probe";
--- a
create foreign table t (a integer, b integer generated always as (a + 1) stored) server :"probe";
--- b
create foreign table t (a integer, b integer generated always as (a + 1) virtual) server :"probe";

=== column/identityOfPartitioned since 17
--- a
create table p (a integer, b integer generated always as identity) partition by list (a);
create table t partition of p for values in (1);
--- b
create table p (a integer, b integer generated by default as identity (start 5)) partition by list (a);
create table t partition of p for values in (1);

=== column/identityOfForeignTable
create foreign data wrapper :"probe";
create server :"probe" foreign data wrapper :"probe";
create foreign table t (a integer not null) server :"probe";
--- a
--- b
alter foreign table t alter column a add generated always as identity;

=== column/optionsOfPartitioned
create table p (a integer) partition by list (a);
--- a
--- b
alter table p alter column a set (n_distinct_inherited = -0.5);

=== column/statisticsTargetMaximum
create table t (a integer);
--- a
alter table t alter column a set statistics 9999;
--- b
alter table t alter column a set statistics 10000;

=== default/presentNullOverDomain
create domain d as integer default 5;
--- a
create table t (a d);
--- b
create table t (a d default null);

=== default/presentOfPartitionedAlone
create table p (a integer, b integer) partition by list (a);
create table t partition of p for values in (1);
--- a
--- b
alter table only p alter column b set default 4;

=== default/expressionQuoted
--- a
create table t (a text default E'it''s\\n"x"\n');
--- b
create table t (a text default E'it''s\\n"x"\r\n');

=== default/expressionVariadic
--- a
create table t (a text default concat('a', 'b'));
--- b
create table t (a text default concat(variadic array['a', 'b']));

=== constraint/notEnforcedForeignOfPartitioned since 18
create table k (a integer primary key);
create table p (a integer, b integer) partition by list (a);
create table t partition of p for values in (1);
--- a
alter table p add constraint f foreign key (b) references k;
--- b
alter table p add constraint f foreign key (b) references k not enforced;

=== constraint/notEnforcedOfForeignTable since 18
create foreign data wrapper :"probe";
create server :"probe" foreign data wrapper :"probe";
--- a
create foreign table t (a integer, constraint c check (a > 0)) server :"probe";
--- b
create foreign table t (a integer, constraint c check (a > 0) not enforced) server :"probe";

=== constraint/notEnforcedOfParentAndChild since 18
create table p (a integer, constraint c check (a > 0) not enforced);
--- a
create table t (constraint c check (a > 0) not enforced) inherits (p);
--- b
create table t (constraint c check (a > 0)) inherits (p);

=== constraint/notValidOfForeignTable
create foreign data wrapper :"probe";
create server :"probe" foreign data wrapper :"probe";
create foreign table t (a integer) server :"probe";
--- a
alter foreign table t add constraint c check (a > 0);
--- b
alter foreign table t add constraint c check (a > 0) not valid;

=== constraint/notValidOfPartitioned
create table p (a integer) partition by list (a);
create table t partition of p for values in (1);
--- a
alter table p add constraint c check (a > 0);
--- b
alter table p add constraint c check (a > 0) not valid;

=== constraint/noInheritOfForeignTable
create foreign data wrapper :"probe";
create server :"probe" foreign data wrapper :"probe";
--- a
create foreign table t (a integer, constraint c check (a > 0)) server :"probe";
--- b
create foreign table t (a integer, constraint c check (a > 0) no inherit) server :"probe";

=== constraint/indexOptionsOfExclusion
--- a
create table t (a integer, constraint x exclude using hash (a with =));
--- b
create table t (a integer, constraint x exclude using hash (a with =) with (fillfactor = 50));

=== constraint/indexIncludeOfUnique
--- a
create table t (a integer, b integer, constraint u unique (a));
--- b
create table t (a integer, b integer, constraint u unique (a) include (b));

=== constraint/onUpdateSetNull
create table k (a integer primary key);
--- a
create table t (a integer constraint f references k);
--- b
create table t (a integer constraint f references k on update set null);

=== constraint/onUpdateSetDefault
create table k (a integer primary key);
--- a
create table t (a integer constraint f references k on update set null);
--- b
create table t (a integer constraint f references k on update set default);

=== constraint/onUpdateRestrict
create table k (a integer primary key);
--- a
create table t (a integer constraint f references k);
--- b
create table t (a integer constraint f references k on update restrict);

=== constraint/onDeleteOfSelf
--- a
create table t (a integer primary key, b integer constraint f references t);
--- b
create table t (a integer primary key, b integer constraint f references t on delete cascade);

=== constraint/tableOtherSchema
create schema "constraint-tableOtherSchema-2";
create table k (a integer primary key);
create table "constraint-tableOtherSchema-2".k (a integer primary key);
--- a
create table t (a integer constraint f references k);
--- b
create table t (a integer constraint f references "constraint-tableOtherSchema-2".k);

=== constraint/tablePartition
create table k (a integer primary key) partition by list (a);
create table k1 partition of k for values in (1);
--- a
create table t (a integer constraint f references k);
--- b
create table t (a integer constraint f references k1);

=== constraint/typePrimaryKey
--- a
create table t (a integer not null, constraint c unique (a));
--- b
create table t (a integer not null, constraint c primary key (a));

=== constraint/renamedOfDomain
--- a
create domain d as integer constraint one check (value > 0);
--- b
create domain d as integer constraint two check (value > 0);

=== constraint/renamedExclusion
--- a
create table t (a integer, constraint one exclude using hash (a with =));
--- b
create table t (a integer, constraint two exclude using hash (a with =));

=== constraint/renamedForeignKeyOfPartition
create table k (a integer primary key);
create table p (a integer, b integer constraint f references k) partition by list (a);
--- a
create table t partition of p for values in (1);
--- b
create table t (a integer, b integer constraint own references k);
alter table p attach partition t for values in (1);

=== constraint/presentUniqueOnPartitionAlone
create table p (a integer, b integer) partition by list (a);
create table t partition of p for values in (1);
--- a
--- b
alter table t add constraint u unique (b);

=== constraint/presentExclusionOnPartitioned since 17
create table p (a integer, b integer) partition by list (a);
create table t partition of p for values in (1);
--- a
--- b
alter table p add constraint x exclude using btree (a with =);

=== constraint/presentKeyOfForeignParent
create foreign data wrapper :"probe";
create server :"probe" foreign data wrapper :"probe";
create table p (a integer, b integer) partition by list (a);
create foreign table f partition of p for values in (2) server :"probe";
--- a
--- b
alter table p add constraint c check (b > 0);

=== constraint/deferrableOfPartitioned
create table k (a integer primary key);
create table p (a integer, b integer) partition by list (a);
create table t partition of p for values in (1);
--- a
alter table p add constraint f foreign key (b) references k;
--- b
alter table p add constraint f foreign key (b) references k deferrable initially deferred;

=== constraint/initiallyDeferredUnique
--- a
create table t (a integer constraint u unique deferrable);
--- b
create table t (a integer constraint u unique deferrable initially deferred);

=== constraint/indexNullsNotDistinctOfPartitioned since 15
create table p (a integer) partition by list (a);
create table t partition of p for values in (1);
--- a
alter table p add constraint u unique (a);
--- b
alter table p add constraint u unique nulls not distinct (a);

=== constraint/expressionOfForeignTable
create foreign data wrapper :"probe";
create server :"probe" foreign data wrapper :"probe";
--- a
create foreign table t (a integer, constraint c check (a > 0)) server :"probe";
--- b
create foreign table t (a integer, constraint c check (a > 1)) server :"probe";

=== constraint/operatorsInSchema
create operator === (leftarg = integer, rightarg = integer, function = int4eq, commutator = ===);
create operator class oc for type integer using hash as operator 1 ===, function 1 hashint4(integer);
--- a
create table t (a integer, constraint x exclude using hash (a with =));
--- b
create table t (a integer, constraint x exclude using hash (a oc with ===));

=== index/optionsOfHash
create table t (a integer);
--- a
create index i on t using hash (a);
--- b
create index i on t using hash (a) with (fillfactor = 60);

=== index/optionsOfSpgist
create table t (a text);
--- a
create index i on t using spgist (a);
--- b
create index i on t using spgist (a) with (fillfactor = 60);

=== index/optionsPendingList
create table t (a integer[]);
--- a
create index i on t using gin (a);
--- b
create index i on t using gin (a) with (gin_pending_list_limit = 128);

=== index/optionsAutosummarize
create table t (a integer);
--- a
create index i on t using brin (a);
--- b
create index i on t using brin (a) with (autosummarize = on);

=== index/optionsOfPartitioned
create table p (a integer) partition by list (a);
create table t partition of p for values in (1);
--- a
create index i on p (a);
--- b
create index i on p (a) with (fillfactor = 60);

=== index/predicateOfPartitioned
create table p (a integer, b integer) partition by list (a);
create table t partition of p for values in (1);
--- a
create index i on p (b);
--- b
create index i on p (b) where a > 0;

=== index/nullsNotDistinctOfPartitioned since 15
create table p (a integer) partition by list (a);
create table t partition of p for values in (1);
--- a
create unique index i on p (a);
--- b
create unique index i on p (a) nulls not distinct;

=== index/includeOfGist
create table t (a point, b integer);
--- a
create index i on t using gist (a);
--- b
create index i on t using gist (a) include (a);

=== index/keysStatisticsOfMaterializedView
create materialized view m as select 1 as a;
create index i on m ((a + 1));
--- a
--- b
alter index i alter column 1 set statistics 7;

=== index/keysExpressionOfRow
create table t (a integer);
create function f(t) returns integer language sql immutable as 'select 1';
--- a
create index i on t ((a + 1));
--- b
create index i on t (f(t));

=== index/renamedOfPartition
create table p (a integer) partition by list (a);
create table t partition of p for values in (1);
create index i on p (a);
--- a
--- b
alter index t_a_idx rename to own;

=== index/onPartitionedOnly
create table p (a integer) partition by list (a);
create table t partition of p for values in (1);
--- a
--- b
create index i on only p (a);

=== index/keysClassOfHash
create operator class oc for type integer using hash as operator 1 =, function 1 hashint4(integer);
create table t (a integer);
--- a
create index i on t using hash (a);
--- b
create index i on t using hash (a oc);

=== index/keysCollationOfPartitioned
create table p (a integer, b text) partition by list (a);
create table t partition of p for values in (1);
--- a
create index i on p (b);
--- b
create index i on p (b collate "C");

=== index/keysClassOptionsOfGist
create extension if not exists ltree schema pg_catalog;
create table t (a ltree);
--- a
create index i on t using gist (a);
--- b
create index i on t using gist (a gist_ltree_ops (siglen = 100));

=== table/replicaIdentityOfPartitioned
create table p (a integer not null, b integer) partition by list (a);
create unique index i on p (a);
--- a
--- b
alter table p replica identity using index i;

=== table/replicaIdentityOfUnlogged
create unlogged table t (a integer);
--- a
--- b
alter table t replica identity full;

=== table/rowSecurityOfPartitioned
create table p (a integer) partition by list (a);
--- a
--- b
alter table p enable row level security;

=== table/forceRowSecurityOfPartition
create table p (a integer) partition by list (a);
create table t partition of p for values in (1);
--- a
--- b
alter table t force row level security;

=== table/optionsOfTyped
create type ty as (a text);
--- a
create table t of ty;
--- b
create table t of ty with (fillfactor = 50);

=== table/unloggedTyped
create type ty as (a text);
--- a
create table t of ty;
--- b
create unlogged table t of ty;

=== table/toastOptionsMore
--- a
create table t (a text) with (toast.autovacuum_enabled = false);
--- b
create table t (a text) with (toast.autovacuum_enabled = false, toast.vacuum_truncate = false);

=== table/optionsVacuumIndexCleanup
--- a
create table t (a text);
--- b
create table t (a text) with (vacuum_index_cleanup = auto, parallel_workers = 3, toast_tuple_target = 512);

=== table/partitionOfTimestamps
create table p (a timestamptz) partition by range (a);
--- a
create table t partition of p for values from ('2024-01-01 00:00:00+00') to ('2024-02-01 00:00:00+00');
--- b
create table t partition of p for values from ('2024-01-01 00:00:00+01') to ('2024-02-01 00:00:00+00');

=== table/partitionOfMaxValue
create table p (a integer, b text) partition by range (a, b);
--- a
create table t partition of p for values from (1, 'x''y') to (2, maxvalue);
--- b
create table t partition of p for values from (1, 'x"y') to (2, maxvalue);

=== table/partitionOfListNull
create table p (a text) partition by list (a);
--- a
create table t partition of p for values in ('null');
--- b
create table t partition of p for values in ('null', null);

=== table/partitionOfBoolean
create table p (a boolean) partition by list (a);
--- a
create table t partition of p for values in (true);
--- b
create table t partition of p for values in (false);

=== table/partitionKeyExpressions
--- a
create table p (a timestamp) partition by range (date_trunc('day', a));
--- b
create table p (a timestamp) partition by range (date_trunc('hour', a));

=== table/ofTypeTaken
create type ty as (a text);
--- a
create table t of ty;
--- b
create table t of ty;
alter table t not of;

=== materialized_view/optionsMore
--- a
create materialized view m as select 1 as a, 'x'::text as b;
--- b
create materialized view m with (fillfactor = 60, autovacuum_enabled = false) as select 1 as a, 'x'::text as b;

=== materialized_view/replicaIdentityFull
create materialized view m as select 1 as a;
--- a
--- b
alter materialized view m replica identity full;

=== view/optionsBarrierFalse
--- a
create view v as select 1 as a;
--- b
create view v with (security_barrier = false) as select 1 as a;

=== view/optionsCheckLocal
create table t (a integer);
--- a
create view v as select a from t with local check option;
--- b
create view v as select a from t with cascaded check option;

=== view/queryOnly
create table t (a integer);
--- a
create view v as select a from t;
--- b
create view v as select a from only t;

=== view/queryTemporaryLike
create table t (a integer, "A" integer);
--- a
create view v as select a, "A" as b from t;
--- b
create view v as select "A" as a, a as b from t;

=== view/queryLock
create table t (a integer);
--- a
create view v as select a from t for update;
--- b
create view v as select a from t for update nowait;

=== view/querySample
create table t (a integer);
--- a
create view v as select a from t tablesample system (10);
--- b
create view v as select a from t tablesample system (10) repeatable (1);

=== view/queryTies
create table t (a integer);
--- a
create view v as select a from t order by a fetch first 3 rows only;
--- b
create view v as select a from t order by a fetch first 3 rows with ties;

=== view/queryWindow
create table t (a integer);
--- a
create view v as select sum(a) over (order by a rows between 1 preceding and current row) as s from t;
--- b
create view v as select sum(a) over (order by a rows between 1 preceding and current row exclude ties) as s from t;

=== view/queryMaterialized
create table t (a integer);
--- a
create view v as with w as materialized (select a from t) select a from w;
--- b
create view v as with w as not materialized (select a from t) select a from w;

=== view/queryGrouping
create table t (a integer, b integer);
--- a
create view v as select a, b, count(*) from t group by rollup (a, b);
--- b
create view v as select a, b, count(*) from t group by cube (a, b);

=== view/queryCollate
create table t (a text);
--- a
create view v as select a from t order by a;
--- b
create view v as select a from t order by a collate "C";

=== view/queryInsertInRule
create table t (a integer);
--- a
create view v as select a from t where a = any (array[1, 2]);
--- b
create view v as select a from t where a = all (array[1, 2]);

=== view/querySearch
create table t (a integer, b integer);
--- a
create view v as with recursive r (a, b) as (select a, b from t union all select t.a, t.b from t join r on t.a = r.b) search depth first by a set o select a, b from r order by o;
--- b
create view v as with recursive r (a, b) as (select a, b from t union all select t.a, t.b from t join r on t.a = r.b) search breadth first by a set o select a, b from r order by o;

=== view/queryJson since 17
create table t (a jsonb);
--- a
create view v as select json_value(a, '$.x' returning integer default 1 on empty) as j from t;
--- b
create view v as select json_value(a, '$.x' returning integer default 2 on empty) as j from t;

=== view/queryMerge since 15
create table t (a jsonb);
--- a
create view v as select x from t, xmltable('/a' passing xmlparse(document '<a/>') columns x text path 'b' default 'c') as q;
--- b
create view v as select x from t, xmltable('/a' passing xmlparse(document '<a/>') columns x text path 'b' default 'd') as q;

=== trigger/presentOnPartitionAlone
create table p (a integer) partition by list (a);
create table t partition of p for values in (1);
create function f() returns trigger language plpgsql as 'begin return new; end';
--- a
--- b
create trigger g before insert on t for each row execute function f();

=== trigger/presentStatementOnPartitioned
create table p (a integer) partition by list (a);
create table t partition of p for values in (1);
create function f() returns trigger language plpgsql as 'begin return new; end';
--- a
--- b
create trigger g before insert on p for each statement execute function f();

=== trigger/functionOtherSchema
create schema "trigger-functionOtherSchema-2";
create table t (a integer);
create function f() returns trigger language plpgsql as 'begin return new; end';
create function "trigger-functionOtherSchema-2".f() returns trigger language plpgsql as 'begin return new; end';
--- a
create trigger g before insert on t for each row execute function f();
--- b
create trigger g before insert on t for each row execute function "trigger-functionOtherSchema-2".f();

=== trigger/whenWholeRow
create table t (a integer, b text);
create function f() returns trigger language plpgsql as 'begin return new; end';
--- a
create trigger g before update on t for each row when (old.* is distinct from new.*) execute function f();
--- b
create trigger g before update on t for each row when (old.a is distinct from new.a) execute function f();

=== trigger/whenOfStatement
create table t (a integer, b text);
create function f() returns trigger language plpgsql as 'begin return new; end';
--- a
create trigger g before update on t when (current_user = 'x') execute function f();
--- b
create trigger g before update on t when (current_user = 'y') execute function f();

=== trigger/oldTableOfDelete
create table t (a integer);
create function f() returns trigger language plpgsql as 'begin return null; end';
--- a
create trigger g after delete on t referencing old table as o for each statement execute function f();
--- b
create trigger g after delete on t referencing old table as "O o" for each statement execute function f();

=== trigger/argumentsQuoted
create table t (a integer);
create function f() returns trigger language plpgsql as 'begin return new; end';
--- a
create trigger g before insert on t for each row execute function f('it''s', '2');
--- b
create trigger g before insert on t for each row execute function f('it''s"', '2');

=== trigger/presentRenamed
create table t (a integer);
create function f() returns trigger language plpgsql as 'begin return new; end';
--- a
create trigger g before insert on t for each row execute function f();
--- b
create trigger "G g" before insert on t for each row execute function f();

=== trigger/constraintOnPartition
create table p (a integer) partition by list (a);
create table t partition of p for values in (1);
create function f() returns trigger language plpgsql as 'begin return null; end';
--- a
create constraint trigger g after insert on p for each row execute function f();
--- b
create constraint trigger g after insert on p deferrable for each row execute function f();

=== trigger/enabledAlwaysOfPartitioned
create table p (a integer) partition by list (a);
create table t partition of p for values in (1);
create function f() returns trigger language plpgsql as 'begin return new; end';
create trigger g before insert on p for each row execute function f();
--- a
--- b
alter table p enable always trigger g;

=== trigger/enabledOfForeignTable
create foreign data wrapper :"probe";
create server :"probe" foreign data wrapper :"probe";
create foreign table t (a integer) server :"probe";
create function f() returns trigger language plpgsql as 'begin return new; end';
create trigger g before insert on t for each row execute function f();
--- a
--- b
alter foreign table t disable trigger g;

=== trigger/newTableOfForeignTable
create foreign data wrapper :"probe";
create server :"probe" foreign data wrapper :"probe";
create table t (a integer);
create function f() returns trigger language plpgsql as 'begin return null; end';
--- a
create trigger g after insert on t referencing new table as one for each statement execute function f();
--- b
create trigger g after insert on t referencing new table as two for each statement execute function f();

=== trigger/eventsOfView
create view v as select 1 as a, 2 as b;
create function f() returns trigger language plpgsql as 'begin return new; end';
--- a
create trigger g before update on v for each statement execute function f();
--- b
create trigger g before update or delete on v for each statement execute function f();

=== rule/presentRenamed
create table t (a integer);
--- a
create rule r as on insert to t do also nothing;
--- b
create rule "R r" as on insert to t do also nothing;

=== rule/definitionMany
create table t (a integer);
create table u (a integer);
--- a
create rule r as on insert to t do also (insert into u values (new.a); delete from u where a = 1);
--- b
create rule r as on insert to t do also (insert into u values (new.a); delete from u where a = 2);

=== rule/presentOnView
create view v as select 1 as a;
--- a
--- b
create rule r as on delete to v do instead nothing;

=== rule/definitionReturning
create table t (a integer);
create view v as select a from t;
--- a
create rule r as on insert to v do instead insert into t values (new.a) returning t.a;
--- b
create rule r as on insert to v do instead insert into t values (new.a);

=== rule/presentNotify
create table t (a integer);
--- a
create rule r as on update to t do also notify x, 'y';
--- b
create rule r2 as on update to t do also notify x, 'y';

=== rule/enabledOfPartitioned
create table t (a integer) partition by list (a);
create rule r as on update to t do also nothing;
--- a
--- b
alter table t disable rule r;

=== policy/commandDelete
create table t (a integer);
--- a
create policy p on t using (true);
--- b
create policy p on t for delete using (true);

=== policy/presentOnPartitioned
create table t (a integer) partition by list (a);
--- a
--- b
create policy p on t using (true);

=== policy/presentRenamed
create table t (a integer);
--- a
create policy p on t using (true);
--- b
create policy "P ""p" on t using (true);

=== policy/usingSubquery
create table t (a integer);
--- a
create policy p on t using (a in (select 1));
--- b
create policy p on t using (exists (select 1 from t x where x.a = t.a));

=== policy/withCheckAlone
create table t (a integer);
--- a
create policy p on t using (a > 0);
--- b
create policy p on t using (a > 0) with check (a > 0);

=== policy/rolesPublic
create table t (a integer);
--- a
create policy p on t to pg_monitor using (true);
--- b
create policy p on t to public using (true);

=== constraint/presentManyOfDomain
--- a
create domain d as integer check (value > 0) check (value > 1);
--- b
create domain d as integer check (value > 0) check (value > 1) check (value > 2);

=== foreign_table/foreignOptionsQuoted
create foreign data wrapper :"probe";
create server :"probe" foreign data wrapper :"probe";
--- a
create foreign table t (a integer) server :"probe" options (table_name 'it''s "x"', "Other O" '');
--- b
create foreign table t (a integer) server :"probe" options (table_name 'it''s "x"', "Other O" ' ');

=== foreign_table/partitionOfBound
create foreign data wrapper :"probe";
create server :"probe" foreign data wrapper :"probe";
create table p (a integer) partition by list (a);
--- a
create foreign table t partition of p for values in (1) server :"probe";
--- b
create foreign table t partition of p for values in (2) server :"probe";

=== statistics/kindsOne
create table t (a integer, b integer);
--- a
create statistics s (ndistinct) on a, b from t;
--- b
create statistics s (dependencies) on a, b from t;

=== statistics/presentOnPartitioned
create table t (a integer, b integer) partition by list (a);
--- a
--- b
create statistics s on a, b from t;

=== statistics/presentOnForeignTable
create foreign data wrapper :"probe";
create server :"probe" foreign data wrapper :"probe";
create foreign table t (a integer, b integer) server :"probe";
--- a
--- b
create statistics s on a, b from t;

=== statistics/presentRenamed
create table t (a integer, b integer);
--- a
create statistics s on a, b from t;
--- b
create statistics "S ""s" on a, b from t;

=== statistics/expressionsMixed
create table t (a integer, b integer);
--- a
create statistics s on a, (b + 1) from t;
--- b
create statistics s on a, (b + 2) from t;

=== sequence/cacheAlone
--- a
create sequence s;
--- b
create sequence s cache 20;

=== sequence/minimumOfDescending
--- a
create sequence s increment -1 minvalue -100 start -1;
--- b
create sequence s increment -1 minvalue -200 start -1;

=== sequence/maximumNone
--- a
create sequence s as integer;
--- b
create sequence s as integer maxvalue 2147483646;

=== sequence/ownedByQuoted
create table "T ""t" ("A ""a" integer);
--- a
create sequence s;
--- b
create sequence s owned by "T ""t"."A ""a";

=== sequence/unloggedOfLoggedTable since 15
create table t (a integer);
--- a
create sequence s owned by t.a;
--- b
create unlogged sequence s owned by t.a;

=== table/ownerOther
create table v (a integer) partition by list (a);
alter table v owner to pg_monitor;
--- a
--- b
alter table v owner to pg_read_all_data;

=== materialized_view/ownerOther
create materialized view v as select 1 as a;
alter materialized view v owner to pg_monitor;
--- a
--- b
alter materialized view v owner to pg_read_all_data;

=== sequence/ownerOther
create sequence s;
alter sequence s owner to pg_monitor;
--- a
--- b
alter sequence s owner to pg_read_all_data;

=== constraint/indexOptionsOfPartitioned
create table p (a integer) partition by list (a);
create table t partition of p for values in (1);
--- a
alter table p add constraint u unique (a);
--- b
alter table p add constraint u unique (a) with (fillfactor = 60);

=== index/optionsOfPartitionedAlone
create table p (a integer) partition by list (a);
create table t partition of p for values in (1);
create index t_i on t (a) with (fillfactor = 60);
--- a
create index i on p (a);
--- b
create index i on p (a) with (fillfactor = 70);
