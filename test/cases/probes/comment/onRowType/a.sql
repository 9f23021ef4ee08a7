create table t (a integer); comment on table t is 'one';
