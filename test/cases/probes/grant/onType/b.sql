create type c as (x integer); revoke usage on type c from public;
