create table t (status varchar(20) default 'new', constraint known check (status in ('new', 'old', 'it''s')));
create index open on t (status) where status in ('new', 'old');
create view v as select status, status in ('new', 'x') as is_new from t;
