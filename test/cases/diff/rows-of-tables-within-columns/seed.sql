insert into holder (id, plain, list, "within", "many within")
values (1, row(1, 'b', 'e'), array[row(2, 'c', null), null]::t[], row(row(3, 'd', 'e'), '{}'), null);
insert into further select array_agg(holder) from holder;
insert into parts values (1, row(1, 'b', 'e'));
insert into computed (part) values (row(1, 'b', 'e'));
insert into of_logged values (row(1));
insert into of_shown values (row(1));
insert into typed values (row(1, 'b', 'e'));
insert into of_elsewhere values (row(1, 'b'), null); insert into of_more_shown values (1, row(1, 'b'));
