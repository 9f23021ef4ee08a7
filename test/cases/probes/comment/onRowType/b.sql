create table t (a integer); comment on type t is 'one';
