create text search dictionary d (template = simple, accept = false);
create text search configuration c (copy = english);
alter text search configuration c alter mapping for asciiword, word with d, simple;
alter text search configuration c drop mapping for email;
