CREATE TABLE owners (id int PRIMARY KEY);
CREATE TABLE halls (id int, k int) PARTITION BY LIST (k);
CREATE TABLE halls_one PARTITION OF halls DEFAULT WITH (fillfactor = 70);
CREATE TABLE rooms (id int, owner int CONSTRAINT owned REFERENCES owners) PARTITION BY LIST (id);
CREATE TABLE rooms_rest PARTITION OF rooms DEFAULT;
