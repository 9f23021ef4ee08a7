create sequence s minvalue 0 start 1;
