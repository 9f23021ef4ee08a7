create access method :"probe" type table handler heap_tableam_handler;
create table t (id integer, name text, total numeric);
