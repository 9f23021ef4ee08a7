create type r as range (subtype = integer); comment on type r is 'one';
