-- Their partitions stay where the tables above are made again, unpartitioned; others go with them.
CREATE TABLE trips (
    region text,
    number serial,
    ticket integer,
    PRIMARY KEY (region, number)
) PARTITION BY LIST (region);

CREATE TABLE tickets (
    region text,
    number integer,
    trip integer
) PARTITION BY LIST (region);

CREATE UNIQUE INDEX tickets_numbers ON tickets (region, number);

CREATE TABLE trips_north PARTITION OF trips DEFAULT;
CREATE TABLE trips_south PARTITION OF trips FOR VALUES IN ('south');
CREATE TABLE tickets_north PARTITION OF tickets DEFAULT;

ALTER TABLE trips ADD CONSTRAINT trips_ticket FOREIGN KEY (region, ticket) REFERENCES tickets (region, number);
ALTER TABLE tickets ADD CONSTRAINT tickets_trip FOREIGN KEY (region, trip) REFERENCES trips (region, number);
