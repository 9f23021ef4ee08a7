CREATE TABLE words (kind integer, word text COLLATE "POSIX", note varchar(90) COLLATE "POSIX") PARTITION BY LIST (kind);
CREATE TABLE words_a PARTITION OF words FOR VALUES IN (1);
CREATE TABLE words_b PARTITION OF words DEFAULT;
CREATE INDEX words_word ON words (word);
