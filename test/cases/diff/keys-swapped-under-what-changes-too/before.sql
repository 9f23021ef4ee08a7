create table account (id integer not null constraint account_pkey primary key, code text constraint account_code unique, mail text, name text);
create unique index account_mail on account (mail);
create table orders (id integer primary key, account integer constraint orders_account references account (id), code text constraint orders_code references account (code), mail text constraint orders_mail references account (mail));
create view grouped as select id, name, count(*) as many from account group by id;
create function many() returns bigint language sql begin atomic select count(*) from (select name from account group by id) as one; end;
create materialized view kept as select id, name from account group by id;
alter table account replica identity using index account_pkey;
alter table account cluster on account_pkey;
