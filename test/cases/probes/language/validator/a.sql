create language :"probe" handler plpgsql_call_handler;
