create text search template s (lexize = dsimple_lexize);
