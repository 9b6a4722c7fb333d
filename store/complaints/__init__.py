"""The outbox of complaints: what the hub has to deliver, and what it has delivered."""
