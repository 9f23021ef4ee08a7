create table owner (id int primary key);
create table album (id int primary key, owner int references owner, cover int);
create table picture (id int primary key, album int references album, next int references picture);
alter table album add foreign key (cover) references picture;
create unlogged table note (id int primary key, owner int references owner);
create table alarm (id int primary key, picture int references picture);

create unlogged table genre (id int primary key);
create table record (id int primary key, genre int);
create table sleeve (id int primary key, record int references record);
create unlogged table shelf (id int primary key, genre int references genre);
