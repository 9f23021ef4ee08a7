CREATE SCHEMA marks;
CREATE TYPE marks.mark AS ENUM ('good', 'bad');
CREATE FUNCTION marks.is_bad(marks.mark) RETURNS boolean LANGUAGE sql AS 'SELECT $1 = ''bad''';
CREATE FUNCTION marks.at_least(marks.mark, int) RETURNS boolean LANGUAGE sql AS 'SELECT true';
CREATE OPERATOR marks.!! (RIGHTARG = marks.mark, FUNCTION = marks.is_bad, NEGATOR = OPERATOR(marks.!!!));
CREATE OPERATOR marks.>>> (LEFTARG = marks.mark, RIGHTARG = int, FUNCTION = marks.at_least, COMMUTATOR = OPERATOR(marks.<<<));
