-- The partition goes from one partitioned table to another that has a trigger of the same name, and gets its clone.
CREATE FUNCTION keep() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN new; END $$;
CREATE TABLE readings (place text, value integer) PARTITION BY LIST (place);
CREATE TABLE readings_all PARTITION OF readings DEFAULT;
CREATE TRIGGER guard BEFORE UPDATE ON readings FOR EACH ROW WHEN (old.* IS DISTINCT FROM new.*) EXECUTE FUNCTION keep();
CREATE TRIGGER own BEFORE UPDATE ON readings_all FOR EACH ROW EXECUTE FUNCTION keep();

-- The clone changes with the one above.
CREATE TABLE levels (place text, value integer) PARTITION BY LIST (place);
CREATE TABLE levels_all PARTITION OF levels DEFAULT;
CREATE TRIGGER guard BEFORE UPDATE ON levels FOR EACH ROW EXECUTE FUNCTION keep();
