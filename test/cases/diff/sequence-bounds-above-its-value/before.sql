create sequence s;
create sequence down increment by -1;
create sequence typed as integer;
select nextval('s'), nextval('down'), nextval('typed');
