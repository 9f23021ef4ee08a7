create table account (name text primary key, level integer not null);
create table document (id integer primary key, level integer not null);
create policy readers on document using ((select document.level <= account.level from account where account.name = current_user));
create policy writers on document for insert with check ((values (true)));
