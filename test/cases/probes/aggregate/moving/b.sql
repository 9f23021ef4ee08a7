create aggregate a (numeric) (sfunc = numeric_add, stype = numeric, msfunc = numeric_add, minvfunc = numeric_sub, mstype = numeric);
