create text search dictionary d (template = simple, stopwords = english);
create text search configuration c (copy = simple);
