CREATE TYPE rank AS ENUM ('top', 'high', 'low');
CREATE TABLE halls (code bytea PRIMARY KEY, number bigint UNIQUE, grade rank UNIQUE);
CREATE TABLE seats (hall bytea REFERENCES halls (code), number bigint REFERENCES halls (number), grade rank REFERENCES halls (grade));
CREATE TABLE tickets (day text NOT NULL, number bytea NOT NULL, before bytea, PRIMARY KEY (day, number), FOREIGN KEY (day, before) REFERENCES tickets (day, number));
