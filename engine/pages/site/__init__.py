"""The pages for people: what the hub is, what can be asked of it, what has changed, and under which terms."""
