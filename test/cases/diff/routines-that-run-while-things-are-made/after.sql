create table visits (id int primary key, agent text);
create view known_agents as select 'curl'::text as agent;
create function z_agents() returns setof known_agents language sql stable as 'select * from public.known_agents';
create function is_known(agent text) returns boolean language sql immutable as
  'select agent is null or agent <> '''' or exists (select from public.z_agents() a where a.agent = $1)';
alter table visits add constraint agent_is_known check (is_known(agent));
create function z_trim(text) returns text language sql immutable as 'select btrim($1)';
create function normal(text) returns text language plpgsql immutable as 'begin return public.z_trim($1); end';
create index visits_agent on visits (normal(agent));
alter table visits add column label text generated always as (normal(agent)) stored;
create domain tag as text constraint tag_is_normal check (value = public.normal(value));
create table tags (id int primary key, tag tag default 'x');
create materialized view z_source as select id, agent from visits;
create function z_rows() returns setof z_source language sql stable as 'select * from public.z_source';
create function counted() returns bigint language sql stable as 'select count(*) from public.z_rows()';
create materialized view a_count as select counted() as visits;
