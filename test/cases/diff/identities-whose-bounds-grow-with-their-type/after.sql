create table counters (id bigint generated always as identity (maxvalue 5000000000), label text);
