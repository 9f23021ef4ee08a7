create table account (name text primary key, level integer not null);
create table document (id integer primary key, level integer not null);
create policy readers on document using ((with mine as (select level from account where name = current_user) select document.level < mine.level from mine));
create policy inserters on document for insert with check ((select document.level > 1));
