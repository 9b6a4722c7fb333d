"""The keys of apps, and what is used: no copies, but a keeper that writes behind the scenes what is counted."""

from store.kit.domains import StoreDomain
from store.platform.usage_keeper import UsageKeeper

DOMAIN = StoreDomain(background=(UsageKeeper,))
