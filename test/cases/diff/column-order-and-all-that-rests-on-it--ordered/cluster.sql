do $$ begin
  if not exists (select from pg_roles where rolname = 'order_owner') then create role order_owner; create role order_reader; end if;
end $$;
