create extension seg;
