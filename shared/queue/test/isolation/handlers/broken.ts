/** A module that cannot be loaded. */
throw new Error('the licence file is missing');
