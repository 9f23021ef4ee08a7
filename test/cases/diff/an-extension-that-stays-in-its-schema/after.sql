create schema one;
create schema two;
create extension xml2 schema two;
