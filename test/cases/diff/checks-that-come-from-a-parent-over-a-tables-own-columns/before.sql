create table meter (reading numeric, unit text, constraint sane check (reading > 0), constraint named check (unit <> ''));
create table gas (reading numeric, unit text collate "C");
create table gauge (reading numeric, constraint sane check (reading > 0));
create table water (reading numeric, litres int) inherits (gauge);
create table other_gauge (reading numeric, constraint sane check (reading > 0));
alter table meter alter column unit type text collate "C";
