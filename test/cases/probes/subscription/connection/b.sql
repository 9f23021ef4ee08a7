create subscription :"probe" connection 'host=b password=x' publication p with (connect = false, slot_name = none);
