"""The audit log has no feed, so it declares no copies."""

from store.kit.domains import StoreDomain

DOMAIN = StoreDomain()
