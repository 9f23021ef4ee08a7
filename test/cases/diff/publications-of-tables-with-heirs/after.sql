create table above (a int);
create table below (b int) inherits (above);
create table beside (x int);
create publication one for table beside, above;
create publication two for table only above;
create publication three for table beside;
create publication four for table below;
