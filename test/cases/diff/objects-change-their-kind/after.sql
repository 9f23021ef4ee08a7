create view thing as select 1 as a;
create table other (a integer);
create procedure f(a integer) language sql as $$ select a $$;
create domain t as text;
