create table other (a integer);
create function z_trimmed(word text) returns text language sql immutable as $$ select btrim(word) $$;
create function a_tidy(word text) returns text language sql immutable as $$ select lower(public.z_trimmed(word)) $$;
create table titles (id integer, title text, tidy text generated always as (a_tidy(title)) stored);
create table names (id integer, name text);
create index names_tidy on names (a_tidy(name));
create index names_short on names (id) where a_tidy(name) = 'x';
