CREATE TABLE parcels (depot text NOT NULL, number integer NOT NULL, weight numeric NOT NULL, note text) PARTITION BY LIST (depot);
CREATE TABLE parcels_east PARTITION OF parcels (number NOT NULL, weight NOT NULL) FOR VALUES IN ('east');
CREATE TABLE parcels_west PARTITION OF parcels FOR VALUES IN ('west');
CREATE TABLE parcels_lost (depot text NOT NULL, number integer NOT NULL, weight numeric NOT NULL, note text);
CREATE TABLE pallets (depot text NOT NULL, number integer NOT NULL) PARTITION BY LIST (depot);
CREATE TABLE pallets_east PARTITION OF pallets (number NOT NULL) FOR VALUES IN ('east');
