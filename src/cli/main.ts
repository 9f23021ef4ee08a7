/** The process: the only file that ends it. */
process.exitCode = 2;
