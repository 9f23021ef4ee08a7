create table above (a text, b int);
create table stays () inherits (above);
create table goes (a text, b int) inherits (above);
create table leaves (c text) inherits (above);
