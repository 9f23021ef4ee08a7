create schema "a ""b""; drop";
create table "a ""b""; drop"."select" ("from" integer, "Üñ" text);
