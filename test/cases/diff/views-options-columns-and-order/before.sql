create table t (a integer, b integer, c text);
create view base as select a, b from t;
create view upper_one as select a from base;
create view checked with (security_barrier) as select a from t where a > 0 with local check option;
create view renamed as select a as one, b from t;
alter view base alter column b set default 7;
