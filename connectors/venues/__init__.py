"""Sports venues: where they are, when they are open, who keeps them, and which hours are free."""
