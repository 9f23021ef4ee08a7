create subscription a connection 'host=there' publication p with (connect = false, slot_name = none);
alter subscription a owner to lockstep_case_owner;
create subscription b connection 'host=there' publication p with (connect = false, slot_name = none, password_required = false);
create subscription c connection 'host=there' publication p with (connect = false, slot_name = none);
alter subscription c owner to lockstep_case_owner;
