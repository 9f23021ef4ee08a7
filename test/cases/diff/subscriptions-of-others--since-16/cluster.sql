do $$ begin create role lockstep_case_owner; exception when duplicate_object then null; end $$;
