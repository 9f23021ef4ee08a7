create table a (x integer); create table b (x integer); create table t (x integer) inherits (a);
