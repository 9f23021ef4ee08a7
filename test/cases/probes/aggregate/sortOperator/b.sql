create aggregate a (integer) (sfunc = int4larger, stype = integer, sortop = >);
