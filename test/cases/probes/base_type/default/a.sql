create type b;
create function i(cstring) returns b language internal immutable strict as 'int4in';
create function o(b) returns cstring language internal immutable strict as 'int4out';
create type b (input = i, output = o, internallength = 4, passedbyvalue);
