-- since: 15
create unlogged table t (a integer generated always as identity, b serial);
