create type r as range (subtype = text, subtype_opclass = text_pattern_ops);
