create domain new_id as text not null check (length(value) > 0);
create table t (id new_id);
