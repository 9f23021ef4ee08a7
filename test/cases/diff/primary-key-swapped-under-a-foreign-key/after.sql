create table parent (id integer not null, code integer not null, constraint parent_pkey primary key (code), constraint parent_code unique (id));
create table child (id integer primary key, parent integer constraint child_parent references parent (code) on delete cascade);
