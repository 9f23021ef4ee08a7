create text search template s (init = dsimple_init, lexize = dsimple_lexize);
