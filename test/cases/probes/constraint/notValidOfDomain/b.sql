create domain d as text; alter domain d add constraint c check (value > 'a') not valid;
