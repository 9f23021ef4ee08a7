create type grade as enum ('low', 'middle', 'high');
create type grades as range (subtype = grade);
create type span as range (subtype = int, multirange_type_name = spans);
create table t (g grades, gs grades_multirange, s span, ss spans, one grade);
create function spread(s span) returns spans language sql as 'select spans(s)';
