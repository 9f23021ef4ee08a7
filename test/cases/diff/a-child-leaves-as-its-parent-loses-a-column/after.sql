create table above (a int);
create table stays () inherits (above);
create table leaves (a text, b int);
