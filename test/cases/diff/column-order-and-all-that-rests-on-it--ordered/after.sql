create schema s;
grant usage on schema s to order_owner;
create type s.mood as enum ('a', 'b');
create function s.trg() returns trigger language plpgsql as
  $$ begin new.note := coalesce(new.note, '') || '!'; return new; end $$;
create table s.parent (id serial primary key, code text unique);
create table s.t (
  id int generated always as identity primary key,
  a int not null default 3 check (a > 0),
  nn text default 'q',
  m s.mood default 'b',
  c text not null,
  par int references s.parent deferrable,
  g int generated always as (a * 2) stored,
  note text,
  big bigserial,
  constraint uq unique (c, a)
);
create index t_c on s.t (lower(c)) where a > 1;
create statistics s.st on a, c from s.t;
create table s.child (
  id int primary key,
  t_id int references s.t on delete cascade,
  u text,
  v int,
  foreign key (u, v) references s.t (c, a)
);
create view s.v as select id, c, m from s.t;
create view s.v2 with (security_barrier) as select * from s.v where c <> '';
create function s.seen() returns trigger language plpgsql as $$ begin return null; end $$;
create trigger instead instead of delete on s.v for each row execute function s.seen();
create materialized view s.mv as select a, count(*) as n from s.t group by a;
create unique index mv_u on s.mv (a);
create trigger tr before insert or update on s.t for each row execute function s.trg();
alter table s.t enable always trigger tr;
create rule ru as on delete to s.t do also notify x;
alter table s.t enable row level security;
alter table s.t force row level security;
create policy p on s.t for select to order_reader using (a > 1);
create policy w on s.t for all to order_owner using (true) with check (true);
grant select on s.t to order_reader;
grant update (c) on s.t to order_reader;
grant select on s.v to order_reader with grant option;
grant usage on sequence s.t_big_seq to order_reader;
comment on table s.t is 'T';
comment on column s.t.c is 'C';
comment on index s.t_c is 'I';
comment on constraint uq on s.t is 'U';
comment on trigger tr on s.t is 'TR';
comment on policy p on s.t is 'P';
comment on view s.v is 'V';
comment on rule ru on s.t is 'R';
alter table s.t owner to order_owner;
alter table s.t replica identity using index uq;
alter table s.t cluster on t_pkey;
alter table s.t alter c set statistics 500;
alter table s.t alter c set storage external;
alter table s.t set (fillfactor = 70);
create publication column_order for table s.t, s.child;
create function s.f(x s.t) returns int language sql begin atomic select (x).a; end;
create function s.cnt() returns bigint language sql begin atomic select count(*) from s.t; end;
