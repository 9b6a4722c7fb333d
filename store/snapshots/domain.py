"""Snapshots are of reads and not of feeds, so the folder declares no copies."""

from store.kit.domains import StoreDomain

DOMAIN = StoreDomain()
