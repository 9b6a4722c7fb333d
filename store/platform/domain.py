"""The keys of apps and what is used have no feed, so the folder declares no copies.

Each process of the hub writes what it has counted, whether it follows feeds or not.
"""

from store.kit.domains import StoreDomain

DOMAIN = StoreDomain()
