"""Complaints that were made through the hub: what is to be delivered, and what has become of it."""
