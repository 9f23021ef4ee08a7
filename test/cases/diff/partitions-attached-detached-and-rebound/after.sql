create table m (at date not null, v integer, w text default 'w') partition by range (at);
create table m_1 partition of m for values from ('2020-01-01') to ('2020-07-01');
create table m_2 (at date not null, v integer, w text default 'w', constraint m_2_pkey primary key (at));
create index m_2_v_idx on m_2 (v);
create table loose (at date not null, v integer, w text default 'w');
alter table m attach partition loose for values from ('2021-01-01') to ('2022-01-01');
create table m_default partition of m default;
create index m_v on m (v);
alter table m add constraint m_key primary key (at);
