create aggregate a (numeric) (sfunc = numeric_add, stype = numeric, initcond = '1');
