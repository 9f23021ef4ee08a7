create table ledger (day integer, note text, primary key (day, note)) partition by range (day);
create table ledger_early partition of ledger for values from (0) to (1000000);
create table ledger_late partition of ledger for values from (1000000) to (2000000) partition by range (day);
create table ledger_latest partition of ledger_late for values from (1000000) to (1500000);
