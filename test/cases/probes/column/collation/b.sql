create table t (x integer, c text collate "C");
