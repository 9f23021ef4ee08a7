create extension lo;
