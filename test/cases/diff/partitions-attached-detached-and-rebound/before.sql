create table m (at date not null, v integer) partition by range (at);
create table m_1 partition of m for values from ('2020-01-01') to ('2021-01-01');
create table m_2 partition of m for values from ('2021-01-01') to ('2022-01-01');
create table loose (at date not null, v integer);
create index m_v on m (v);
alter table m add constraint m_key primary key (at);
