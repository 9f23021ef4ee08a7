create table t (a integer, b text, c jsonb, r int4range);
create index one on t (a desc nulls last, lower(b) collate "C" text_pattern_ops) include (c) where (a > 0);
create unique index two on t (a);
create index three on t using gin (c jsonb_path_ops);
create index four on t using gist (r) with (fillfactor = 80);
create index five on t using brin (a) with (pages_per_range = 16);
alter table t add constraint six exclude using gist (r with &&) where (a > 1000);
