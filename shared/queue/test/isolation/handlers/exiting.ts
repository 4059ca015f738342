/** A module that ends whatever loads it. */
process.exit(4);
