create sequence s minvalue 100 start 100 cache 5 cycle;
create sequence down increment by -2 minvalue -10 maxvalue -5 start -5;
create sequence typed as bigint;
select nextval('s');
