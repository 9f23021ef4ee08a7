create schema s;
create extension citext with schema s;
create table t (a s.citext);
