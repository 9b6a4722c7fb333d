"""OpenActive's `FacilityUse` and `Slot`, in all shapes that the model allows, as venues and slots.

Source: Modelling Opportunity Data 2.0, its examples, and how OpenActive's own readers clean what they get. Said there:
- a slot has a `duration`, and may have an `endDate`
- a slot belongs to a `FacilityUse`, or to one of its courts (`individualFacilityUse`)
- a slot without offers has those of its venue
- `eventStatus` may say that a slot is cancelled

Seen: `id` and `type` for `@id` and `@type`; one object for a list of one, and the other way round; a reference as an
object, an object as a reference; markup in texts.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from functools import partial
from typing import TypeVar
from zoneinfo import ZoneInfo

from connectors.kit.findings import Findings
from connectors.kit.markup import plain_line, plain_text
from connectors.kit.opening_hours import OpeningHours, Weekday, in_order
from connectors.kit.rows import Row
from connectors.kit.values import BadRow
from connectors.venues.records import Keeper, Slot, Sport, Venue

T = TypeVar("T")

NOT_OURS = "@context @type url identifier attendeeInstructions image isAccessibleForFree ageRange".split()
OF_A_PLACE = "@type @id url identifier description amenityFeature".split()
OF_ITS_PARTS = "@type @id url postalCode addressCountry telephone identifier".split()
OF_AN_OFFER = "@type name identifier url acceptedPaymentMethod".split()

SINGLE = {"location": "@id", "address": "streetAddress", "geo": "@id", "provider": "name"}
"""What there is one of, and which of its keys a mere text is."""
MANY = {"facilitytype": "prefLabel", "activity": "prefLabel", "offers": "@id", "individualfacilityuse": "@id"} | {
    "hoursavailable": "dayOfWeek"
}
"""What there may be many of, and which of its keys a mere text is."""

OFF = frozenset({"eventcancelled", "eventpostponed"})
"""What a slot's `eventStatus` says where it does not take place."""
HOLIDAYS = frozenset({"PUBLICHOLIDAYS"})
"""A day that schema.org has besides those of the week; no calendar of ours says when it is."""

_DURATION = re.compile(
    r"P(?:(\d{1,3})D)?(?:T(?:(\d{1,4}(?:\.\d{1,6})?)H)?(?:(\d{1,6}(?:\.\d{1,6})?)M)?(?:(\d{1,8})(?:\.\d*)?S)?)?"
)
_LAST_PART = re.compile(r"[^/#:]*$")


class Model:
    """Reads data items. What can be left out, and cannot be read, is left out with a finding."""

    def __init__(self, findings: Findings, zone: ZoneInfo, keepers: str) -> None:
        self._findings = findings
        self._zone = zone
        self._keepers = keepers

    def venue(self, key: str, data: Row) -> Venue:
        """A `FacilityUse`, or a court that is sent by itself."""
        data.ignore(*NOT_OURS, "eventStatus")
        place = data.nested("location")
        place.ignore(*OF_A_PLACE)
        address, geo, provider = (
            place.optional_nested("address"),
            place.optional_nested("geo"),
            data.optional_nested("provider"),
        )
        for each in (address, geo, provider):
            if each:
                each.ignore(*OF_ITS_PARTS)
        price, offer = self._lenient(lambda: _cheapest(data.many("offers"))) or (None, None)
        courts = data.many("individualFacilityUse")
        for court in courts:
            court.ignore_rest()
        return Venue(
            key=key,
            reference=data.text("@id"),
            name=_demanded("name", plain_line(data.text("name"))),
            description=self._lenient(lambda: plain_text(data.optional_text("description") or "")) or None,
            sports=tuple(self._all(data.many(data.either("facilityType", "activity")), _sport)),
            site=self._line(place, "name"),
            street=self._line(address, "streetAddress"),
            locality=self._line(address, "addressLocality"),
            region=self._line(address, "addressRegion"),
            latitude=self._number(geo, "latitude", 90),
            longitude=self._number(geo, "longitude", 180),
            phone=self._line(place, "telephone"),
            provider=self._line(provider, "name"),
            hours=self._hours(data.many("hoursAvailable")),
            keepers=tuple(self._all(data.many(self._keepers), self._keeper)),
            courts=tuple(self._all(courts, lambda court: court.text("@id"))),
            price=price,
            offer=offer,
        )

    def slot(self, key: str, data: Row) -> Slot:
        """A `Slot`; one that does not take place has nothing left."""
        data.ignore(*NOT_OURS)
        starts_at = data.moment("startDate", self._zone)
        length = self._lenient(lambda: _duration(data.optional_text("duration")))
        ends_at = self._lenient(lambda: data.optional_moment("endDate", self._zone))
        ends_at = ends_at or (starts_at + length if length else None)
        if ends_at is None:
            raise BadRow("endDate: missing, and no duration")
        if ends_at <= starts_at:
            raise BadRow("endDate: not after startDate")
        remaining = data.integer("remainingUses")
        if remaining < 0:
            raise BadRow("remainingUses: negative")
        status = data.optional_text("eventStatus") or ""
        offers = data.many("offers")
        price, offer = _cheapest(offers)
        return Slot(
            key=key,
            venue=data.text("facilityUse"),
            starts_at=starts_at,
            ends_at=ends_at,
            remaining=0 if last_part(status).casefold() in OFF else remaining,
            maximum=self._lenient(lambda: data.optional_integer("maximumUses")),
            price=price,
            reference=data.optional_text("@id"),
            offer=offer,
            without_offers=not offers,
        )

    def _hours(self, rows: Iterable[Row]) -> tuple[OpeningHours, ...]:
        """One for each day of the week, in its order."""
        return in_order(hours for each in self._all(rows, _opening) for hours in each)

    def _keeper(self, row: Row) -> Keeper:
        row.ignore("@type", "@id")
        return Keeper(
            name=_demanded("name", plain_line(row.text("name"))),
            phone=self._line(row, "telephone"),
            hours=self._hours([row]),
        )

    def _all(self, rows: Iterable[Row], to: Callable[[Row], T]) -> list[T]:
        """Those that can be read."""
        return [found for row in rows if (found := self._lenient(partial(to, row))) is not None]

    def _line(self, row: Row | None, key: str) -> str | None:
        return self._lenient(lambda: plain_line(row.optional_text(key) or "")) or None if row else None

    def _number(self, row: Row | None, key: str, most: int) -> float | None:
        found = self._lenient(lambda: row.optional_number(key)) if row else None
        return found if found is not None and abs(found) <= most else None

    def _lenient(self, read: Callable[[], T]) -> T | None:
        """What it reads; None, with a finding, where it cannot."""
        try:
            return read()
        except BadRow as bad:
            self._findings.note(str(bad))
            return None


def cleaned(value: object, keepers: str) -> object:
    """The same data with one shape for what may have several: `@id`, single objects, lists of objects.

    A court that is sent by itself has what it does not say from its `aggregateFacilityUse`.
    """
    if isinstance(value, list):
        return [cleaned(each, keepers) for each in value]
    if not isinstance(value, Mapping):
        return value
    found: dict[str, object] = {}
    for name, each in value.items():
        key = {"id": "@id", "type": "@type"}.get(str(name), str(name))
        if key != name and key in value:
            continue
        folded = key.casefold()
        if folded in ("facilityuse", "eventstatus"):
            found[key] = reference_of(each)
        elif folded in SINGLE:
            found[key] = _single(cleaned(each, keepers), SINGLE[folded])
        elif folded in MANY or key == keepers:
            found[key] = _many(cleaned(each, keepers), MANY.get(folded, "name"))
        else:
            found[key] = cleaned(each, keepers)
    aggregate = found.pop("aggregateFacilityUse", None)
    if isinstance(aggregate, dict):
        found = {name: each for name, each in aggregate.items() if name != "individualFacilityUse"} | {
            name: each for name, each in found.items() if each is not None
        }
    return found


def reference_of(value: object) -> object:
    """By what a thing is named: a text, or the `@id` of an object; of a list of one, that one."""
    if isinstance(value, list) and len(value) == 1:
        return reference_of(value[0])
    return value.get("@id", value.get("id")) if isinstance(value, dict) else value


def last_part(name: str) -> str:
    """`Monday` of `https://schema.org/Monday` and `schema:Monday`."""
    found = _LAST_PART.search(name.strip().rstrip("/"))
    return found[0] if found else name


def _single(value: object, text: str) -> object:
    if isinstance(value, list):
        value = next((each for each in value if each), None)
    return {text: value} if isinstance(value, str) and value.strip() else value if isinstance(value, dict) else None


def _many(value: object, text: str) -> list[object]:
    """A list of objects; what is neither an object nor a text is none of them."""
    listed = value if isinstance(value, list) else [value]
    return [{text: each} if isinstance(each, str) else each for each in listed if isinstance(each, str | dict) and each]


def _sport(row: Row) -> Sport:
    row.ignore("@type", "inScheme", "notation", "altLabel", "broader", "narrower")
    name = plain_line(row.text("prefLabel"))
    if "://" in name:
        name = last_part(name).replace("-", " ").title()
    _, _, fragment = (row.optional_text("@id") or "").partition("#")
    code = fragment or re.sub(r"[^a-z0-9]+", "-", name.casefold()).strip("-")
    return Sport(code=_demanded("prefLabel", code), name=name)


def _opening(row: Row) -> list[OpeningHours]:
    row.ignore("@type", "@id", "validFrom", "validThrough", "opens", "closes")
    days = row.value("dayOfWeek")
    named = [last_part(str(day)).upper() for day in (days if isinstance(days, list) else [days])]
    if not {*named} - HOLIDAYS:
        return []
    opens, closes = row.time_of_day("opens"), row.time_of_day("closes")
    if unknown := {*named} - HOLIDAYS - {*Weekday.__members__}:
        raise BadRow(f"dayOfWeek: {len(unknown)} no day of the week")
    return [OpeningHours(day=Weekday[name], opens=opens, closes=closes) for name in named if name not in HOLIDAYS]


def _cheapest(offers: list[Row]) -> tuple[int | None, str | None]:
    """The least of what is offered in rupiah, and that offer's name; other currencies are not read."""
    found = []
    for offer in offers:
        offer.ignore(*OF_AN_OFFER)
        currency, name = offer.optional_text("priceCurrency"), offer.optional_text("@id")
        if (currency or "IDR").upper() != "IDR":
            offer.ignore("price")
            continue
        price = offer.optional_amount("price")
        if price is not None and price < 0:
            raise BadRow("price: negative")
        if price is not None:
            found.append((price, name))
    return min(found, key=lambda each: each[0], default=(None, None))


def _duration(text: str | None) -> timedelta | None:
    """How long it is (ISO 8601); None for none, or for one that is not said."""
    if text is None:
        return None
    found = _DURATION.fullmatch(text.upper())
    if not found:
        raise BadRow("duration: none")
    days, hours, minutes, seconds = (float(each or 0) for each in found.groups())
    return timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds) or None


def _demanded(key: str, text: str) -> str:
    if not text:
        raise BadRow(f"{key}: empty")
    return text
