-- since: 15
create sequence s;
