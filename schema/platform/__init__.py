"""What the hub promises about itself: who may read what, the keys of apps, findings."""
