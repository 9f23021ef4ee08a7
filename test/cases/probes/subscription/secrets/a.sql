create subscription :"probe" connection 'host=a' publication p with (connect = false, slot_name = none);
