"""The copies of venues and slots."""

from store.kit.domains import StoreDomain
from store.venues.venues import SLOT_COPIES, VENUE_COPIES

DOMAIN = StoreDomain(copies={"venues": VENUE_COPIES, "slots": SLOT_COPIES})
