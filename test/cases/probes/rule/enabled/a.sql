create table t (id integer, name text, total numeric);
create rule r as on delete to t do instead nothing;
