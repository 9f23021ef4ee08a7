create table posts (id integer, title text, check (id > 0)) partition by list (id);
create table posts_all partition of posts default;
create index posts_all_title on posts_all (title);
create table notes (id integer, title text) partition by range (id);
create table notes_all partition of notes for values from (minvalue) to (maxvalue);
