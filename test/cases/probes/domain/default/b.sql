create domain d as integer default 2;
