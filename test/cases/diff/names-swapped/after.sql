create schema attr;
set search_path = attr;
create type a as (y int, x text);
create table t (m a);

create schema chswap;
set search_path = chswap;
create table t (x int constraint b check (x>0), y int constraint a check (y>0));

create schema colswap;
set search_path = colswap;
create table t (y int, x text);

create schema compswap;
set search_path = compswap;
create type b as (x int);
create type a as (y text);
create table t (m b, n a[]);

create schema domcon;
set search_path = domcon;
create domain d as int constraint b check (value>0) constraint a check (value<10);

create schema domswap;
set search_path = domswap;
create domain b as int check (value>0);
create domain a as text;
create table t (m b, n a);

create schema fkswap;
set search_path = fkswap;
create table r (i int primary key);
create table t (x int constraint b references r, y int constraint a references r);

create schema idsw;
set search_path = idsw;
create table t (x int, y int generated always as identity, z int generated always as identity);

create schema ixring;
set search_path = ixring;
create table t (x int, y int,z int);
create index a on t(y);
create index b on t(z);
create index c on t(x);

create schema ixswap;
set search_path = ixswap;
create table t (x int, y int);
create index a on t(y);
create index b on t(x);

create schema keyswap;
set search_path = keyswap;
create table t (x int constraint b unique, y int constraint a unique);

create schema kinds;
set search_path = kinds;
create sequence a;
create table b (x int);
create view c as select 1 as y;

create schema pkfkswap;
set search_path = pkfkswap;
create table r (i int constraint pb primary key, j int constraint pa unique);
create table t (x int constraint b references r (i), y int constraint a references r(j));

create schema polswap;
set search_path = polswap;
create table t (x int);
create policy b on t using (x>1);
create policy a on t using (x>2);

create schema relidx;
set search_path = relidx;
create table t (x int);
create table b (y int);
create index a on t(x);

create schema schemas;
set search_path = schemas;
create schema a;
create schema b;
create table b.t (x int);
create table a.u (y int);

create schema seqswap;
set search_path = seqswap;
create sequence b as int;
create sequence a start 5;
create table t (x int default nextval('b'), y int default nextval('a'));

create schema statsw;
set search_path = statsw;
create table t (x int, y int, z int);
create statistics b on x, y from t;
create statistics a on y, z from t;

create schema tabswap;
set search_path = tabswap;
create table u (x int, y text);
create table t (z date);

create schema trigswap;
set search_path = trigswap;
create table t (x int);
create function f() returns trigger language plpgsql as 'begin return new;
end';
create trigger b before insert on t for each row execute function f();
create trigger a after insert on t for each row execute function f();

create schema typeswap;
set search_path = typeswap;
create type b as enum ('x');
create type a as enum ('y');
create table t (m b, n a);

create schema viewswap;
set search_path = viewswap;
create view b as select 1 as x;
create view a as select 'a'::text as y;
create view c as select x,y from b,a;
