create operator family o using btree;
