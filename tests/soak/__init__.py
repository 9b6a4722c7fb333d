"""What takes longer than a test should: `make soak`."""
