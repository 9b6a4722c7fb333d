"""Snapshots in the store: the last good answers, for the time after a restart."""
