create subscription :"probe" connection 'host=a password=x' publication p, q with (connect = false, slot_name = none);
