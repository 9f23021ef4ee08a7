create type b;
