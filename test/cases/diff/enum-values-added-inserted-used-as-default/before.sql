create type mood as enum ('low', 'high');
create table person (id integer primary key, mood mood not null default 'low');
create index person_low on person (id) where mood = 'low';
