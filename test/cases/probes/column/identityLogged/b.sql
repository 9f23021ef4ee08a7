create unlogged table t (a integer generated always as identity, b serial); alter sequence t_a_seq set logged; alter sequence t_b_seq set logged;
