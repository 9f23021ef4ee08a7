create table t (a integer, b integer);
create view one as select b, a from t;
create view two as select b from one;
create view three as select b from two;
grant select on three to public;
