-- object: extension:cube
create extension cube;
