create table parent (id integer not null, code integer not null, constraint parent_pkey primary key (id), constraint parent_code unique (code));
create table child (id integer primary key, parent integer constraint child_parent references parent (id) on delete cascade);
