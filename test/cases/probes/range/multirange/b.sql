create type r as range (subtype = integer, multirange_type_name = rs);
