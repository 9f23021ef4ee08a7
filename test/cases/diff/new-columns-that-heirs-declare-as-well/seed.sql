insert into things values (1);
insert into devices values (2);
insert into beacons values (3);
