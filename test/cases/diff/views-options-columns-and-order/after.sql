create table t (a integer, b integer, c text);
create view base as select a, b, c from t;
create view upper_one as select a, c from base;
create view checked with (security_barrier = false) as select a from t where a > 0 with cascaded check option;
create view renamed as select a as uno, b from t;
alter view base alter column a set default 8;
