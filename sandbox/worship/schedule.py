"""The published prayer times, for any year: from one to the next they are the same to the minute or two."""

import csv
from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path

TABLE = Path(__file__).with_name("schedule.csv")


def times(day: date) -> Mapping[str, str]:
    """The times of this day by their names, as `HH:MM`."""
    return _table()[f"{day:%m-%d}"]


@cache
def _table() -> dict[str, dict[str, str]]:
    with TABLE.open(encoding="utf-8", newline="") as file:
        return {row.pop("day"): row for row in csv.DictReader(file)}
