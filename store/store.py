"""The store as a whole: its database, what is known of its copies, and each domain's own."""

from store.booking.orders import Orders
from store.booking.told_bookings import ToldBookings
from store.jdih.regulations import RegulationCopies
from store.kit.copies import Copies
from store.kit.database import Database
from store.venues.venues import VenueCopies


class Store:
    """What resolvers ask of it."""

    def __init__(self, database: Database) -> None:
        self.copies = Copies(database)
        self.regulations = RegulationCopies(database)
        self.venues = VenueCopies(database)
        self.orders = Orders(database)
        self.told_bookings = ToldBookings(database)
