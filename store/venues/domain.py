"""The copies of venues and slots."""

from store.kit.domains import StoreDomain
from store.venues.slots import SLOT_COPIES
from store.venues.venues import VENUE_COPIES

DOMAIN = StoreDomain(copies={"venues": VENUE_COPIES, "slots": SLOT_COPIES})
