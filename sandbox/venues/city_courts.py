"""The city's own booking database: four courts of its own grounds, by the reference schema for SQLite.

Its habits: one court closes after midnight, one has slots of two hours, one costs nothing, one is kept by nobody; and
somebody has booked at the counter, without the hub.
"""

import sqlite3
from datetime import datetime, timedelta
from pathlib import Path

from sandbox.kit.seed import city, kecamatan
from sandbox.venues.courts import WIB

AGENCY = "gor-kota"
SCHEMA = Path(__file__).parents[2] / "connectors" / "venues" / "booking.sqlite.sql"

SPORTS = ("Futsal", "Badminton", "Bola Voli", "Tenis")
CLOSES_AFTER_MIDNIGHT, TWO_HOURS, FREE_OF_CHARGE, NOBODY_KEEPS = 1, 2, 3, 4
COUNT = len(SPORTS)
WEEK = range(1, 8)


def fill(connection: sqlite3.Connection, now: datetime) -> None:
    """Make it, as it is at that moment."""
    connection.executescript(SCHEMA.read_text(encoding="utf-8"))
    areas = kecamatan()
    for number, sport in enumerate(SPORTS, start=1):
        area = areas[number * 3 % len(areas)].name
        connection.execute(
            "INSERT INTO courts VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                number,
                f"{sport} GOR Kota {number}",
                sport,
                "Lapangan milik kota.",
                "GOR Kota Contoh",
                f"Jl. Olahraga Contoh No. {number}",
                area,
                city().latitude + number / 100,
                round(city().longitude - 0.01, 6),
                f"+6221555{3000 + number}",
                "Dispora Contoh",
                120 if number == TWO_HOURS else 60,
            ),
        )
        _open(connection, number)
        if number != NOBODY_KEEPS:
            _keep(connection, number)
    connection.execute(
        "INSERT INTO bookings (court_id, starts_at, ends_at, price, state) VALUES (1, ?, ?, 100000, 'confirmed')",
        [_written(now, hours) for hours in (20, 21)],
    )


def _open(connection: sqlite3.Connection, court: int) -> None:
    """Dearer in the evening."""
    closes = "01:00" if court == CLOSES_AFTER_MIDNIGHT else "22:00"
    day, evening = (0, 0) if court == FREE_OF_CHARGE else (80_000, 100_000)
    for weekday in WEEK:
        hours = [(court, weekday, "08:00", "16:00", day), (court, weekday, "16:00", closes, evening)]
        connection.executemany("INSERT INTO opening_hours VALUES (?, ?, ?, ?, ?)", hours)


def _keep(connection: sqlite3.Connection, court: int) -> None:
    """Two shifts, every day."""
    for shift, (begins, ends) in enumerate((("06:00", "14:00"), ("14:00", "01:30"))):
        keeper = court * 2 + shift
        connection.execute(
            "INSERT INTO keepers VALUES (?, ?, ?)", (keeper, f"Petugas GOR {keeper}", f"+6221555{4000 + keeper}")
        )
        duties = [(court, keeper, weekday, begins, ends) for weekday in WEEK]
        connection.executemany("INSERT INTO duties VALUES (?, ?, ?, ?, ?)", duties)


def _written(now: datetime, hour: int) -> str:
    """A local hour of that day as the database writes it."""
    local = now.astimezone(WIB).replace(hour=hour, minute=0, second=0, microsecond=0)
    return f"{(local - timedelta(hours=7)).replace(tzinfo=None):%Y-%m-%d %H:%M:%S.%f}"
