-- since: 18
create domain d as integer constraint x not null;
