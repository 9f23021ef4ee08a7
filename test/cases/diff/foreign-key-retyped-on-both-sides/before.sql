CREATE TYPE rank AS ENUM ('low', 'high', 'top');
CREATE TABLE halls (code text PRIMARY KEY, number integer UNIQUE, grade rank UNIQUE);
CREATE TABLE seats (hall text REFERENCES halls (code), number integer REFERENCES halls (number), grade rank REFERENCES halls (grade));
CREATE TABLE tickets (day text NOT NULL, number text NOT NULL, before text, PRIMARY KEY (day, number), FOREIGN KEY (day, before) REFERENCES tickets (day, number));
