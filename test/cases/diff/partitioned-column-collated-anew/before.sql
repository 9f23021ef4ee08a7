CREATE TABLE words (kind integer, word text COLLATE "C", note text COLLATE "C") PARTITION BY LIST (kind);
CREATE TABLE words_a PARTITION OF words FOR VALUES IN (1);
CREATE TABLE words_b PARTITION OF words DEFAULT;
CREATE INDEX words_word ON words (word);
