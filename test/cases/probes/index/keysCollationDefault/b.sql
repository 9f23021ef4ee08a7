create table t (b text collate "C"); create index i on t (lower(b) collate "default", (b || 'x') collate "default" desc);
