create type r as range (subtype = integer);
