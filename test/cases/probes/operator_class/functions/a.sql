create function f(integer, integer) returns integer language internal immutable strict as 'btint4cmp';
create operator class o for type integer using btree as operator 1 <, operator 3 =, function 1 btint4cmp(integer, integer);
