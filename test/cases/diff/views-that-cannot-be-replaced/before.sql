create table t (a integer, b integer);
create view one as select a, b from t;
create view two as select a, b from one;
create view three as select b from two;
grant select on three to public;
