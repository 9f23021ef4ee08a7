create domain c as integer;
