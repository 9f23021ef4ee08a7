insert into p values ('a'); insert into l values ('a');
