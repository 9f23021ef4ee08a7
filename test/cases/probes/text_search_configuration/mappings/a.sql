create text search configuration c (parser = pg_catalog.default);
alter text search configuration c add mapping for word with simple;
