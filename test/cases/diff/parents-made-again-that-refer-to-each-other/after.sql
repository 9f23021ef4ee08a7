CREATE TABLE trips (
    region text,
    number serial,
    ticket integer,
    PRIMARY KEY (region, number)
);

CREATE TABLE tickets (
    region text,
    number integer,
    trip integer
);

CREATE UNIQUE INDEX tickets_numbers ON tickets (region, number);

CREATE TABLE trips_north (
    region text NOT NULL,
    number integer NOT NULL,
    ticket integer
);

CREATE TABLE tickets_north (
    region text,
    number integer,
    trip integer
);

ALTER TABLE trips ADD CONSTRAINT trips_ticket FOREIGN KEY (region, ticket) REFERENCES tickets (region, number);
ALTER TABLE tickets ADD CONSTRAINT tickets_trip FOREIGN KEY (region, trip) REFERENCES trips (region, number);
