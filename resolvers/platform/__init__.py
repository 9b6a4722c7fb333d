"""What the hub says of itself: who may read what, the keys of apps, findings."""
