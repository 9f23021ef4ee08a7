create table a (id int, v int default 0 constraint n1 not null, w int default 0 not null);
create table own (v int constraint n1 not null) inherits (a);
create table same () inherits (a);
create table loses () inherits (a);
create table between () inherits (a);
create table far () inherits (between);
