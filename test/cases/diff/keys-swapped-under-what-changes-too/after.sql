create table account (id integer not null constraint pk_account primary key, code text constraint uq_account_code unique, mail text, name text);
create unique index uq_account_mail on account (mail);
create table orders (id integer primary key, account integer constraint orders_account references account (id) deferrable, code text constraint orders_code references account (code) deferrable initially deferred, mail text constraint orders_mail references account (mail) deferrable);
create view grouped with (security_barrier) as select id, name, count(*) as many, 1 as more from account group by id;
create function many() returns bigint language sql stable begin atomic select count(*) + 0 from (select name from account group by id) as one; end;
create materialized view kept with (fillfactor = 50) as select id, name from account group by id;
alter table account replica identity using index pk_account;
alter table account cluster on pk_account;
