create foreign data wrapper :"probe";
create server :"probe" type 'x' foreign data wrapper :"probe";
