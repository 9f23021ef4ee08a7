create type size as enum ('s', 'm', 'l');
create type colour as enum ('red', 'blue');
create table shirts (cut size, dye colour);
