create sequence s cache 9;
