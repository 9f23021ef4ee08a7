create table t (v tsvector); create index i on t using gist (v);
