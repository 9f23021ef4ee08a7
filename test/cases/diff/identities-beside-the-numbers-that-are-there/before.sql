create table counted (low integer not null, high integer not null, down integer not null, usual integer not null);
