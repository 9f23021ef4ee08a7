CREATE TABLE parts (kind text, id serial) PARTITION BY LIST (kind);
CREATE TABLE parts_a PARTITION OF parts FOR VALUES IN ('a');
CREATE TABLE parts_b PARTITION OF parts FOR VALUES IN ('b') PARTITION BY HASH (kind);
CREATE TABLE parts_b_0 PARTITION OF parts_b FOR VALUES WITH (MODULUS 1, REMAINDER 0);
CREATE TABLE bases (kind text, id serial);
CREATE TABLE derived (more text) INHERITS (bases);
