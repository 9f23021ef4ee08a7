create table meter (reading numeric, unit text collate "C", constraint sane check (reading > 0), constraint named check (unit <> ''));
create table gas (reading numeric, unit text collate "C") inherits (meter);
create table gauge (reading numeric, constraint sane check (reading > 0));
create table other_gauge (reading numeric, constraint sane check (reading > 0));
create table water (reading numeric, litres int) inherits (other_gauge);
