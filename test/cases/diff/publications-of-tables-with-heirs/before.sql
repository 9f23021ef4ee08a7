create table above (a int);
create table below (b int) inherits (above);
create table beside (x int);
create publication one for table beside;
create publication two for table above;
create publication three for table above;
create publication four for table above;
