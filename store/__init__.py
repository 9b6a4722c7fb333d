"""The hub's own database: the copies of the feeds that it follows, where they outlive the process."""
