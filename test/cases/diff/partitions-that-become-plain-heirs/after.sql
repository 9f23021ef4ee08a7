create table posts (id integer, title text, check (id > 0));
create table posts_all (note text) inherits (posts);
create index posts_all_title on posts_all (title);
create table notes (id integer, title text);
create table notes_all () inherits (notes);
