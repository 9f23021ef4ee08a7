insert into p values (1,'a',5),(12,'b',6);
insert into f values (1);
