"""What is booked through the hub has no feed, and so no copy."""

from store.kit.domains import StoreDomain

DOMAIN = StoreDomain()
