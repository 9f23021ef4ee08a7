create type r as range (subtype = text);
