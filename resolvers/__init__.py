"""What a field means: plain async functions, one folder for each domain. They read from agencies through the cache."""
