create foreign data wrapper :"probe" options (a '1');
