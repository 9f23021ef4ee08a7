alter schema public owner to lockstep_case_owner;
create table a (id integer);
