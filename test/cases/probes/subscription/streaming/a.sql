create subscription :"probe" connection 'host=a password=x' publication p with (connect = false, slot_name = none, streaming = off);
