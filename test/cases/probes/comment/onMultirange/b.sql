create type r as range (subtype = integer); comment on type r_multirange is 'one';
