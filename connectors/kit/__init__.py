"""What every connector stands on: one request path, one family of errors, one way to declare how fresh an answer is."""
