create materialized view v with (fillfactor = 50) as select 1 as a;
