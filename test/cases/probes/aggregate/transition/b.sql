create aggregate a (numeric) (sfunc = numeric_mul, stype = numeric);
