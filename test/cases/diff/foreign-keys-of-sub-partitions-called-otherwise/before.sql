create table target (id integer primary key);
