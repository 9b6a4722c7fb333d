"""What every connector stands on: one request path, one error tree, one way to say how fresh an answer is."""
