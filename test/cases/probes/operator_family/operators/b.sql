create operator family o using btree; alter operator family o using btree add operator 1 <(integer, bigint);
