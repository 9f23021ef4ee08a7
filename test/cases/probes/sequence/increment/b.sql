create sequence s increment by 2;
