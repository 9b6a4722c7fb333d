"""A price as a survey writes it, in whole rupiah. A price with two possible readings is refused. No I/O in here.

`14.500` is Rp 14,500 to an Indonesian and Rp 14.50 to a computer. The option `grouping` declares it for a whole survey;
it is never guessed for one price. Without `grouping`, a text may hold only digits, and a fraction only if the point
cannot separate thousands.
"""

import re
from decimal import Decimal
from typing import Literal

from connectors.kit import values
from connectors.kit.values import BadRow

Grouping = Literal["en", "id"]

GROUPINGS: dict[Grouping, tuple[re.Pattern[str], str]] = {
    "en": (re.compile(r"(?:Rp\.?\s*)?(\d{1,3}(?:,\d{3})+|\d+)(?:\.(\d{1,2}))?", re.IGNORECASE | re.ASCII), ","),
    "id": (re.compile(r"(?:Rp\.?\s*)?(\d{1,3}(?:\.\d{3})+|\d+)(?:,(\d{1,2}))?", re.IGNORECASE | re.ASCII), "."),
}
"""How a number is written, and the separator of its thousands: `13,950.00`, or `13.950,00`."""

MOST = 1_000_000_000
"""The highest price of one unit of anything in a market, in rupiah. More is an error."""
FRACTIONS_FROM = 1_000
"""A price below this has no fraction of a rupiah: 14.5 was 14.500 before a computer read it."""
NOT_ASKED = ("", "-")


def price(sent: object, grouping: Grouping | None = None) -> int | None:
    """The price; None for an empty value, a dash or 0. Raises `BadRow` for a wrong or unclear price."""
    text = sent.strip() if isinstance(sent, str) else None
    if sent is None or text in NOT_ASKED:
        return None
    found = _grouped(text, grouping) if text is not None and grouping else values.decimal(sent)
    if not found:
        return None
    if found < 0:
        raise BadRow("a negative price")
    if found > MOST:
        raise BadRow("more than anything costs")
    if found < FRACTIONS_FROM and found != int(found):
        raise BadRow("a price that may be in thousands")
    return round(found)


def _grouped(text: str, grouping: Grouping) -> Decimal:
    pattern, separator = GROUPINGS[grouping]
    match = pattern.fullmatch(text)
    if match is None:
        raise BadRow("not written as declared by grouping")
    found = values.decimal(f"{match[1].replace(separator, '')}.{match[2] or 0}")
    return found or Decimal(0)
