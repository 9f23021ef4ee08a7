create schema kept;
