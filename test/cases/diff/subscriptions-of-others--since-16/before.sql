create subscription a connection 'host=here' publication p with (connect = false, slot_name = none);
alter subscription a owner to lockstep_case_owner;
create subscription b connection 'host=here' publication p with (connect = false, slot_name = none);
alter subscription b owner to lockstep_case_owner;
create subscription c connection 'host=here' publication p with (connect = false, slot_name = none);
