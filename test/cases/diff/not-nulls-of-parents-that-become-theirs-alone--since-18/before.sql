create table parent (x integer constraint filled not null);
create table child (constraint filled not null x) inherits (parent);
