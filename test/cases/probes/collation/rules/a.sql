-- since: 16
create collation c (provider = icu, locale = 'und');
