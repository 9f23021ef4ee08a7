create table t (id integer, name text, total numeric);
create publication :"probe" for table t;
