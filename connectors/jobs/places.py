"""Where a job is, in all forms that schema.org allows for `jobLocation`.

Said there: a Place, an address, a text, or several of them. An address is an object or a text, and it may name only the
region or the country. A job that can be done from anywhere says so instead. A place or an address may be described
elsewhere on the page. In a text, streets and the like are passed over; the rest ends with the province.
"""

import re
from typing import NamedTuple

import msgspec

from connectors.jobs.json_ld import JsonLdPage, is_a
from connectors.jobs.records import Vacancy
from connectors.kit.findings import Findings
from connectors.kit.markup import plain_line
from connectors.kit.rows import Row

_CITY = re.compile(r"(kota|kabupaten|kab)\s|kab\.", re.IGNORECASE)
_NO_CITY = re.compile(
    r".*\d|\W*$|(jl|jln|jalan|gg|gang|gedung|ruko|komplek|kompleks|perum|kel|kelurahan|desa|kec|kecamatan|rt|rw|lantai)\b"
    r"|(indonesia|id|remote|anywhere|wfh|work from home|di mana saja)$",
    re.IGNORECASE,
)
_SAYS_NOTHING = frozenset({"@type", "@context"})


class Place(NamedTuple):
    """One place, with the names as the site spells them."""

    city: str | None
    province: str | None


MOST = 100
"""How many places of one vacancy are read."""
NOWHERE = Place(None, None)
"""A place that is not named."""


def places(posting: Row, page: JsonLdPage) -> tuple[Place, ...]:
    """Each place once, in order; none if the posting says nothing of a place.

    A posting may say that there is a place without naming it.
    """
    said = _value(posting, "jobLocation")
    found = [place for each in (said if isinstance(said, list) else [said]) for place in _of_one(each, page)]
    if not found and any(_says(_value(posting, key)) for key in ("jobLocationType", "applicantLocationRequirements")):
        return (NOWHERE,)
    return tuple(dict.fromkeys(place for place in found if place != NOWHERE)) or tuple(found[:1])


def everywhere(vacancy: Vacancy, found: tuple[Place, ...], own: str | None, findings: Findings) -> tuple[Vacancy, ...]:
    """One vacancy for each place. Without any place it is in the publisher's `own` city."""
    if len(found) > MOST:
        findings.note("more places than are read of one vacancy")
    at = found[:MOST] or (Place(own, None),)
    return tuple(msgspec.structs.replace(vacancy, city=city, province=province) for city, province in at)


def of_text(text: str | None) -> tuple[Place, ...]:
    """Each kota or kabupaten in a text; otherwise the last name before the province."""
    parts = [part.strip() for part in re.split(r"[,;/|]|\s[-\u2013]\s", plain_line(text or ""))]
    if not any(parts):
        return ()
    names = [part for part in parts if not _NO_CITY.match(part)]
    cities = [at for at, part in enumerate(names) if _CITY.match(part)]
    if len(cities) > 1:
        return tuple(Place(names[at], None) for at in cities)
    at = cities[0] if cities else max(len(names) - 2, 0)
    city, *rest = names[at:] or [None]
    return (Place(city, rest[0] if rest else None),)


def _of_one(said: object, page: JsonLdPage) -> tuple[Place, ...]:
    """The places of one value; none if it says nothing."""
    if isinstance(said, str):
        return of_text(said)
    said = page.thing(said)
    if not isinstance(said, dict) or not _says(said):
        return ()
    several = said.get("address")
    if isinstance(several, list) and len(several) > 1:
        apart = ({**said, "address": each} for each in several if not isinstance(each, list))
        return tuple(place for each in apart for place in _of_one(each, page))
    address = page.thing(_first(several))
    if isinstance(address, str) and address.strip():
        return of_text(address)
    if not isinstance(address, dict) or not _says(address):
        address = said
    city, province = _named(address.get("addressLocality"), page), _named(address.get("addressRegion"), page)
    name = _named(said.get("name"), page)
    if city and "," in city:
        return tuple(Place(each.city, each.province or province) for each in of_text(city))
    if city is None and province is None and name:
        if is_a(said, "State"):
            province = name
        elif is_a(said, "City") or _CITY.match(name):
            city = name
    return (Place(city, province),)


def _named(said: object, page: JsonLdPage) -> str | None:
    said = page.thing(_first(said))
    if isinstance(said, dict):
        said = said.get("name") or said.get("@value")
    return plain_line(said) or None if isinstance(said, str) else None


def _first(said: object) -> object:
    return next(iter(said), None) if isinstance(said, list) else said


def _value(row: Row, key: str) -> object:
    return row.value(key) if row.has(key) else None


def _says(said: object) -> bool:
    """Whether it holds anything besides its type."""
    waiting = [said]
    while waiting:
        each = waiting.pop()
        if isinstance(each, dict):
            waiting += [value for key, value in each.items() if key not in _SAYS_NOTHING]
        elif isinstance(each, list):
            waiting += each
        elif each is not None and each is not False and str(each).strip():
            return True
    return False
