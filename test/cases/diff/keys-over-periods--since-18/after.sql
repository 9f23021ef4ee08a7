create extension btree_gist;
create table rooms (room int not null, during tstzrange not null, constraint rooms_pkey primary key (room, during without overlaps));
create table bookings (id int primary key, room int not null, during tstzrange not null,
  constraint booked foreign key (room, period during) references rooms (room, period during));
