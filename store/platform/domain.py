"""The keys of apps have no feed, so the folder declares no copies."""

from store.kit.domains import StoreDomain

DOMAIN = StoreDomain()
