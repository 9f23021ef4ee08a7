create table a (id int);
create table own (v int, w int not null) inherits (a);
create table same (v int constraint n1 not null, w int) inherits (a);
create table loses () inherits (a);
create table between () inherits (a);
create table far (v int constraint n1 not null) inherits (between);
