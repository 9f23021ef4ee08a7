create unlogged table owner (id int primary key);
create unlogged table album (id int primary key, owner int references owner, cover int);
create unlogged table picture (id int primary key, album int references album, next int references picture);
alter table album add foreign key (cover) references picture;
create unlogged table note (id int primary key, owner int references owner);
create unlogged table alarm (id int primary key, picture int references picture);

create table genre (id int primary key);
create unlogged table record (id int primary key, genre int references genre);
create unlogged table sleeve (id int primary key, record int);
create unlogged table shelf (id int primary key, genre int references genre);
