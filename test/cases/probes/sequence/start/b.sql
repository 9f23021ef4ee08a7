create sequence s start 7;
