create foreign data wrapper :"probe";
create server :"probe" foreign data wrapper :"probe";
