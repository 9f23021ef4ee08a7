-- object: extension:lo
create extension lo; comment on extension lo is null;
