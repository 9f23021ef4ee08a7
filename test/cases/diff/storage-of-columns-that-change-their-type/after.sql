create table t (a varchar(20), b varchar(5), c varchar, d text collate "C", e numeric(6), f varchar);
alter table t alter a set storage external, alter b set storage main, alter c set compression pglz;
alter table t alter c set statistics 12, alter d set compression pglz, alter e set storage plain;
alter table t alter f set compression pglz, alter f set storage plain;
create table above (y varchar(20));
create table below () inherits (above);
alter table only below alter y set storage external, alter y set compression pglz;
