create type e as enum ('b', 'a');
