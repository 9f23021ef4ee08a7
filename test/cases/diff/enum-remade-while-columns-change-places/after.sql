create type dye as enum ('red', 'blue');
create type colour as enum ('s', 'm', 'l', 'xl');
create table shirts (cut colour, dye dye);
