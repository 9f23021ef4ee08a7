create table counters (id integer generated always as identity, label text);
