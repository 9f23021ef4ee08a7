create domain d as integer constraint x not null; comment on constraint x on domain d is 'one';
