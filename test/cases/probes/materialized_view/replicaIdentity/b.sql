create materialized view m as select 1 as a, 'x'::text as b; alter table m replica identity full;
