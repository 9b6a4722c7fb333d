"""OpenActive's feeds of `FacilityUse` and `Slot`.

Source: the specifications Realtime Paged Data Exchange (RPDE) 1.0 and Modelling Opportunity Data 2.0.
Said there: items come in the order of (modified, id); a page without items ends the feed, and its `next` is where it
goes on later; deleted items have no data and are remembered for seven days; `id` and `modified` are numbers or texts.
Not said there: who keeps a venue. That is read from a property of the venue's own, which is an option.
`next` is an address that the agency sends, so only its parameters are taken.
"""

import re
from collections.abc import AsyncGenerator, Callable, Iterable
from datetime import UTC, datetime, time, timedelta
from typing import ClassVar, TypeVar
from urllib.parse import parse_qsl, urlencode, urlsplit

from connectors.kit.connector import Credentials, Options
from connectors.kit.errors import AgencyChanged
from connectors.kit.feed import Batch, Feed, feed
from connectors.kit.http import JSON, Call, Http
from connectors.kit.rows import Row
from connectors.kit.signatures import Fixed, api_key, unsigned
from connectors.kit.values import BadRow
from connectors.venues.records import Hours, Keeper, Slot, Sport, Venue, Venues, Weekday

RPDE = ("application/vnd.openactive.rpde+json", *JSON)

REMEMBERED = timedelta(days=7)
"""How long RPDE wants a deleted item to be remembered."""
MOST_PAGES = 100_000

NOT_OURS = "@context @type type url identifier attendeeInstructions image isAccessibleForFree ageRange".split()

V = TypeVar("V", Venue, Slot)
_To = Callable[[str, Row], V]


class OpenActiveOptions(Options, frozen=True, kw_only=True):
    """Where the two feeds stand below the agency's address; `keepers` is the property with who keeps a venue."""

    venues_path: str = "/facility-uses"
    slots_path: str = "/slots"
    keepers: str = "beta:keepers"


class OpenActiveCredentials(Credentials, frozen=True, kw_only=True):
    """Where a feed is not open: its key."""

    api_key: str | None = None


O = TypeVar("O", bound=OpenActiveOptions)  # noqa: E741


class OpenActiveFeeds(Venues[O, OpenActiveCredentials]):
    """What a booking system publishes."""

    def open(self, credentials: OpenActiveCredentials) -> None:
        signer: Fixed = api_key(credentials.api_key) if credentials.api_key else unsigned()
        self._http = Http(self.agency, signer, self.clock)

    async def aclose(self) -> None:
        await self._http.aclose()

    def probe(self) -> Feed[Venue]:
        return self.venues()

    @feed(every=timedelta(minutes=10), stale=timedelta(days=7), forgets=REMEMBERED)
    async def venues(self, position: str | None) -> AsyncGenerator[Batch[Venue], None]:
        async for batch in self._follow(self.options.venues_path, position, self._to_venue):
            yield batch

    @feed(every=timedelta(minutes=1), stale=timedelta(minutes=15), forgets=REMEMBERED)
    async def slots(self, position: str | None) -> AsyncGenerator[Batch[Slot], None]:
        async for batch in self._follow(self.options.slots_path, position, self._to_slot):
            yield batch

    async def _follow(self, path: str, position: str | None, to: _To[V]) -> AsyncGenerator[Batch[V], None]:
        """Page after page, to the one without items."""
        whole, at = position is None, position
        for _ in range(MOST_PAGES):
            body = await self._http.json(Call(path=path, query=dict(parse_qsl(at or "")), accepts=RPDE))
            page = self._page(body)
            items, goes_on = page.value("items"), page.text("next")
            if not isinstance(items, list):
                raise AgencyChanged(self.agency.code, f"items is {type(items).__name__}, not a list")
            if not items:
                if whole or at != position:
                    yield Batch(whole=whole, position=at)
                return
            after = self._parameters(goes_on)
            if after == at:
                raise AgencyChanged(self.agency.code, "next does not go on")
            at = after
            yield self._batch(items, to, whole=whole, position=at)
        raise AgencyChanged(self.agency.code, "the feed does not end")

    def _page(self, body: object) -> Row:
        try:
            page = Row(body)
            page.text("next")
            page.value("items")
        except BadRow as bad:
            raise AgencyChanged(self.agency.code, str(bad)) from None
        return page

    def _parameters(self, address: str) -> str:
        """What `next` asks for; of an address elsewhere, only that."""
        return urlencode(parse_qsl(urlsplit(address).query))

    def _batch(self, items: list[object], to: _To[V], *, whole: bool, position: str) -> Batch[V]:
        read = [each for each in (self._item(item, to) for item in items) if each]
        if not read:
            raise AgencyChanged(self.agency.code, f"not one of {len(items)} items can be read")
        return Batch(
            records=tuple((key, record) for key, record, _ in read if record is not None),
            gone=tuple(key for key, record, _ in read if record is None),
            position=position,
            whole=whole,
            changed_at=_moment(max(modified for *_, modified in read)),
        )

    def _item(self, item: object, to: _To[V]) -> tuple[str, V | None, int] | None:
        """Its key, what it says or None where it is deleted, and its `modified`; None, with a finding, for rubbish."""
        try:
            row = Row(item)
            key, deleted = row.text("id"), _deleted(row.text("state"))
            modified = row.amount("modified")
            row.ignore("kind")
            record = None if deleted else to(key, row.inside("data"))
        except BadRow as bad:
            self.findings.note(f"row set aside: {bad}")
            return None
        for unread in row.unread:
            self.findings.note(f"{unread}: unexpected key")
        return key, record, modified

    def _to_venue(self, key: str, data: Row) -> Venue:
        data.ignore(*NOT_OURS)
        place = data.inside("location")
        place.ignore("@type", "type", "url", "identifier", "description", "amenityFeature", "@id")
        address, geo, provider = place.maybe_inside("address"), place.maybe_inside("geo"), data.maybe_inside("provider")
        for each in (address, geo, provider):
            if each:
                each.ignore("@type", "type", "@id", "url", "postalCode", "addressCountry", "telephone", "identifier")
        return Venue(
            key=key,
            reference=data.text("@id"),
            name=data.text("name"),
            description=data.maybe_text("description"),
            sports=tuple(_sport(each) for each in data.many(data.either("facilityType", "activity"))),
            site=place.maybe_text("name"),
            street=address.maybe_text("streetAddress") if address else None,
            locality=address.maybe_text("addressLocality") if address else None,
            region=address.maybe_text("addressRegion") if address else None,
            latitude=geo.maybe_number("latitude") if geo else None,
            longitude=geo.maybe_number("longitude") if geo else None,
            phone=place.maybe_text("telephone"),
            provider=provider.maybe_text("name") if provider else None,
            hours=_hours(data.many("hoursAvailable")),
            keepers=tuple(_keeper(each) for each in data.many(self.options.keepers)),
        )

    def _to_slot(self, key: str, data: Row) -> Slot:
        data.ignore(*NOT_OURS, "duration")
        starts_at, ends_at = data.moment("startDate", self.zone), data.moment("endDate", self.zone)
        if ends_at <= starts_at:
            raise BadRow("endDate: not after startDate")
        remaining, maximum = data.whole("remainingUses"), data.maybe_whole("maximumUses")
        if remaining < 0:
            raise BadRow("remainingUses: negative")
        price, offer = _cheapest(data.many("offers"))
        return Slot(
            key=key,
            venue=data.text("facilityUse"),
            starts_at=starts_at,
            ends_at=ends_at,
            remaining=remaining,
            maximum=maximum,
            price=price,
            reference=data.maybe_text("@id"),
            offer=offer,
        )


class OpenActive(OpenActiveFeeds[OpenActiveOptions]):
    """One booking system, whose bookings are made elsewhere."""

    protocol: ClassVar[str] = "openactive"


def _deleted(state: str) -> bool:
    if state not in ("updated", "deleted"):
        raise BadRow("state: neither updated nor deleted")
    return state == "deleted"


def _sport(row: Row) -> Sport:
    row.ignore("@type", "type", "inScheme")
    name = row.text("prefLabel")
    _, _, fragment = (row.maybe_text("@id") or "").partition("#")
    return Sport(code=fragment or re.sub(r"[^a-z0-9]+", "-", name.casefold()).strip("-"), name=name)


def _keeper(row: Row) -> Keeper:
    row.ignore("@type", "type", "@id")
    return Keeper(name=row.text("name"), phone=row.maybe_text("telephone"), hours=_hours([row]))


def _hours(rows: Iterable[Row]) -> tuple[Hours, ...]:
    """One for each day of the week, in its order."""
    found = []
    for row in rows:
        row.ignore("@type", "type", "validFrom", "validThrough")
        opens, closes = _time(row, "opens"), _time(row, "closes")
        days = row.value("dayOfWeek")
        for day in days if isinstance(days, list) else [days]:
            name = str(day).rpartition("/")[2].upper()
            if name not in Weekday.__members__:
                raise BadRow("dayOfWeek: no day of the week")
            found.append(Hours(day=Weekday[name], opens=opens, closes=closes))
    order = list(Weekday)
    return tuple(sorted(found, key=lambda hours: (order.index(hours.day), hours.opens)))


def _time(row: Row, key: str) -> time:
    try:
        return time.fromisoformat(row.text(key)).replace(tzinfo=None)
    except ValueError:
        raise BadRow(f"{key}: not a time of day") from None


def _cheapest(offers: list[Row]) -> tuple[int | None, str | None]:
    """The least of what is offered in rupiah, and that offer's name; other currencies are not converted."""
    found = []
    for offer in offers:
        offer.ignore("@type", "type", "name", "identifier", "url", "acceptedPaymentMethod")
        price, currency, name = offer.maybe_amount("price"), offer.maybe_text("priceCurrency"), offer.maybe_text("@id")
        if price is not None and price < 0:
            raise BadRow("price: negative")
        if price is not None and currency in ("IDR", None):
            found.append((price, name))
    return min(found, key=lambda each: each[0], default=(None, None))


def _moment(modified: int) -> datetime | None:
    """`modified` as a moment where it is one: RPDE only wants it to grow, most count seconds or milliseconds."""
    seconds = modified / 1000 if modified > 10**11 else modified
    return datetime.fromtimestamp(seconds, UTC) if 10**9 < seconds < 4 * 10**9 else None
