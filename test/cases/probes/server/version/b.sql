create foreign data wrapper :"probe";
create server :"probe" version '2' foreign data wrapper :"probe";
