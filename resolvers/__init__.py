"""What a field means: plain async functions, one file a domain; they join a connector's read with the cache."""
