create function f() returns bigint language internal window immutable as 'window_rank';
