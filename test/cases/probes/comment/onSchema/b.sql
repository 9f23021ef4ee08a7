comment on schema :"probe" is 'x';
