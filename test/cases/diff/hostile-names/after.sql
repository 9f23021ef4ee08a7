create schema "a ""b""; drop";
create table "a ""b""; drop"."select" ("from" integer default 1, "Üñ" text, "it's" text not null default 'it''s \');
create index "in ""dex" on "a ""b""; drop"."select" ("it's");
create view "a ""b""; drop"."view" as select "from" as "order" from "a ""b""; drop"."select";
comment on column "a ""b""; drop"."select"."it's" is 'quote '' and \';
