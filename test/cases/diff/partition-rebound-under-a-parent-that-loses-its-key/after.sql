create table ledger (day integer, note text) partition by range (day);
create table ledger_early partition of ledger for values from (0) to (900000);
create table ledger_late partition of ledger for values from (900000) to (2000000) partition by range (day);
create table ledger_latest partition of ledger_late for values from (1000000) to (1600000);
create index ledger_by_day on ledger (day);
