"""The copies of venues and slots."""

from store.kit.domains import StoreDomain
from store.venues.venues import SLOT_SHELF, VENUE_SHELF

DOMAIN = StoreDomain(copies={"venues": VENUE_SHELF, "slots": SLOT_SHELF})
