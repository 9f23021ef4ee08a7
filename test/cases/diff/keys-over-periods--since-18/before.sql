create extension btree_gist;
create table rooms (room int not null, during tstzrange not null, constraint rooms_pkey primary key (room, during));
create table bookings (id int primary key, room int not null, during tstzrange not null,
  constraint booked foreign key (room, during) references rooms (room, during));
