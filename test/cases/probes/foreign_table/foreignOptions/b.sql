create foreign data wrapper :"probe";
create server :"probe" foreign data wrapper :"probe";
create foreign table t (id integer) server :"probe" options (x '1');
