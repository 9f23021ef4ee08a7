create table visits (id int primary key, agent text);
create domain tag as text;
create table tags (id int primary key);
