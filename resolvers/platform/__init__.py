"""What the hub says about itself: the access matrix, the keys of apps, and findings."""
