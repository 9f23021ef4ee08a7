create foreign data wrapper :"probe";
