create domain d as integer;
