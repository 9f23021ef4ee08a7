create function f() returns bigint language internal immutable as 'window_rank';
