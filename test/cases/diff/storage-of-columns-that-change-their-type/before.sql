create table t (a varchar(10), b text, c varchar(9), d text, e numeric(4), f int);
alter table t alter a set storage external, alter b set storage main, alter c set compression pglz;
alter table t alter c set statistics 12, alter d set compression pglz, alter e set storage plain;
create table above (y varchar(10));
create table below () inherits (above);
alter table only below alter y set storage external, alter y set compression pglz;
