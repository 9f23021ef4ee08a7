create extension btree_gist;
create table rooms (room int not null, during daterange not null, constraint rooms_pkey primary key (room, during without overlaps));
create table bookings (id int primary key, room int, during daterange,
  constraint booked foreign key (room, period during) references rooms (room, period during));
