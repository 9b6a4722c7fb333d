"""The tables of a city's own booking database, under the names that the city gives them.

No public schema of such a database was found; the reference is `booking.postgresql.sql` and `booking.sqlite.sql` beside
this file. A city whose tables are called otherwise names them in its options; one whose tables are others makes views.
"""

from typing import Any

import msgspec
from sqlalchemy import BigInteger, Column, Float, Integer, MetaData, Table, Text

from connectors.kit.moment import Moment

COLUMNS: dict[str, dict[str, type[Any]]] = {
    "courts": {
        "id": BigInteger,
        "name": Text,
        "sport": Text,
        "description": Text,
        "site": Text,
        "street": Text,
        "kecamatan": Text,
        "latitude": Float,
        "longitude": Float,
        "phone": Text,
        "provider": Text,
        "slot_minutes": Integer,
    },
    "opening_hours": {
        "court_id": BigInteger,
        "weekday": Integer,
        "opens": Text,
        "closes": Text,
        "price": BigInteger,
    },
    "keepers": {"id": BigInteger, "name": Text, "phone": Text},
    "duties": {"court_id": BigInteger, "keeper_id": BigInteger, "weekday": Integer, "begins": Text, "ends": Text},
    "bookings": {
        "reference": Text,
        "court_id": BigInteger,
        "starts_at": Moment,
        "ends_at": Moment,
        "price": BigInteger,
        "state": Text,
        "owner": Text,
        "request_key": Text,
        "request_digest": Text,
        "expires_at": Moment,
        "ready_at": Moment,
    },
}
"""Each table's columns, as they are called here and in the reference."""


class Names(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a city calls them: `tables` like `{ courts = "gor.lapangan" }`, `columns` like `{ "courts.name" = "nama" }`.

    `holder` is a column of bookings with a name of who booked, which officers of the venue may then read; none without.
    """

    tables: dict[str, str] = {}
    columns: dict[str, str] = {}
    holder: str | None = None

    def __post_init__(self) -> None:
        known = {f"{table}.{column}" for table, columns in COLUMNS.items() for column in columns}
        for name in [*(self.tables.keys() - COLUMNS.keys()), *(self.columns.keys() - known)]:
            raise ValueError(f"{name} is none of its names")


class BookingTables:
    """The five tables, each column by the name that it has here."""

    def __init__(self, names: Names) -> None:
        metadata = MetaData()
        made = {}
        for table, columns in COLUMNS.items():
            schema, _, name = names.tables.get(table, table).rpartition(".")
            spelt = [Column(names.columns.get(f"{table}.{key}", key), of, key=key) for key, of in columns.items()]
            if table == "bookings" and names.holder:
                spelt.append(Column(names.holder, Text, key="holder"))
            made[table] = Table(name, metadata, *spelt, schema=schema or None)
        self.courts = made["courts"]
        self.opening_hours = made["opening_hours"]
        self.keepers = made["keepers"]
        self.duties = made["duties"]
        self.bookings = made["bookings"]
