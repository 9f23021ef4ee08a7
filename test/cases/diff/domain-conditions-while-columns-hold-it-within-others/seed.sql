insert into lists values (1, '{a,b}', 'a');
insert into wholes values (1, row(3, 'x'), '{3,4}');
insert into leaves values (1, '{a,b}', row('x'), repeat('x', 600));
