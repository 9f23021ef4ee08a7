create table parent (x integer constraint filled not null no inherit);
create table child () inherits (parent);
