/** Imported first by children that are profiled: a profile is written only by a process that ends by itself. */
process.once('SIGTERM', () => process.exit(0));
