"""Which feed's records stand where, by the feed's name."""

from collections.abc import Mapping
from typing import Any

from store.jdih.regulations import REGULATION_SHELF
from store.kit.copy_table import Shelf
from store.venues.venues import SLOT_SHELF, VENUE_SHELF

SHELVES: Mapping[str, Shelf[Any]] = {
    "regulations": REGULATION_SHELF,
    "venues": VENUE_SHELF,
    "slots": SLOT_SHELF,
}
