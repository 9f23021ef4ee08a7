create sequence s as smallint;
