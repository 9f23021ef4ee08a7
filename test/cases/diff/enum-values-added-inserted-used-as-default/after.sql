create type mood as enum ('lowest', 'low', 'middle', 'high', 'highest');
create table person (id integer primary key, mood mood not null default 'middle');
create index person_low on person (id) where mood = 'low';
create view happy as select id from person where mood > 'middle';
