create foreign data wrapper :"probe";
create server :"probe" foreign data wrapper :"probe";
create user mapping for public server :"probe" options ("user" 'a');
