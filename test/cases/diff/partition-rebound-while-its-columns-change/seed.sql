insert into m values (1, 1, 4, 'x', default, 3), (2, 3, 5, 'y', default, 4);
