create table parent (a integer, b integer) partition by list (a);
CREATE TABLE swaps (a int CONSTRAINT given NOT NULL, b int, c int CONSTRAINT dropped NOT NULL, d int, CONSTRAINT checked CHECK (a > 0)) PARTITION BY LIST (a);
CREATE TABLE swaps_one PARTITION OF swaps FOR VALUES IN (1);
CREATE TABLE trades (a int CONSTRAINT kept NOT NULL, b int CONSTRAINT free NOT NULL);
