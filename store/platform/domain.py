"""The keys of apps have no feed, and so no copy."""

from store.kit.domains import StoreDomain

DOMAIN = StoreDomain()
