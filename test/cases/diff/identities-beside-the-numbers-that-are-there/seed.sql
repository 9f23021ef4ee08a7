insert into counted values (5, 5, 7, 5), (50, 50, -3, 50);
