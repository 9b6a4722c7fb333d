"""What programs look for at fixed addresses: `/robots.txt`, `/.well-known/security.txt`, the icon and the logo."""

from datetime import UTC, date, datetime, time
from pathlib import Path

from engine.pages.site.frame import CityFacts

ICON = (Path(__file__).parent / "favicon.svg").read_bytes()
IMAGES = {".svg": "image/svg+xml", ".png": "image/png", ".webp": "image/webp", ".jpg": "image/jpeg"}
"""What a logo may be, by the end of its name."""
LARGEST = 1_000_000
"""Bytes of a logo."""
IMAGE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
"""An image that is opened by itself runs nothing either."""
MONTHS = 6
"""For how long a security.txt holds, at most; RFC 9116 wants less than a year."""
NOT_FOR_CRAWLERS = ("/graphql", "/admin", "/calendar/", "/data-tracker/", "/rest/", "/mcp", "/metrics", "/readyz")


def robots() -> str:
    """Pages for people may be read by crawlers; what costs work at each look may not (RFC 9309)."""
    return "\n".join(("User-agent: *", *(f"Disallow: {each}" for each in NOT_FOR_CRAWLERS), ""))


def security(city: CityFacts, origin: str, today: date) -> str | None:
    """Whom to tell of a weakness (RFC 9116); None if the city names nobody.

    It ends on the first day of a month, so that it changes once a month.
    """
    contact = city.security_contact or city.contact
    if contact is None:
        return None
    uri = contact if ":" in contact else f"mailto:{contact}"
    lines = (
        f"Contact: {uri}",
        f"Expires: {_in_months(today, MONTHS).isoformat().replace('+00:00', 'Z')}",
        "Preferred-Languages: id, en",
        f"Canonical: {origin}/.well-known/security.txt",
    )
    return "\n".join((*lines, ""))


def read_logo(path: str) -> tuple[bytes, str] | None:
    """The file of a logo and its type; None where it is not there, no image, or too large."""
    file = Path(path)
    kind = IMAGES.get(file.suffix.lower())
    if kind is None or not file.is_file() or file.stat().st_size > LARGEST:
        return None
    return file.read_bytes(), kind


def _in_months(day: date, months: int) -> datetime:
    years, month = divmod(day.month - 1 + months, 12)
    return datetime.combine(date(day.year + years, month + 1, 1), time(), UTC)
