-- object: extension:seg
create extension seg; comment on extension seg is 'ours';
