"""The audit log has no feed, and so no copy."""

from store.kit.domains import StoreDomain

DOMAIN = StoreDomain()
