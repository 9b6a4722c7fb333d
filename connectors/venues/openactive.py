"""OpenActive's feeds of `FacilityUse` and `Slot`.

Source: the specification Realtime Paged Data Exchange (RPDE) 1.0. Said there:
- items come in the order of (modified, id), and both are numbers or texts
- a page without items ends the feed, and its `next` is where it goes on later
- deleted items have no data and are remembered for seven days
- a feed may have items of several kinds

What the items hold is in `openactive_model.py`. The specification does not say who keeps a venue. That is read from a
property of the venue, which is an option. `next` is an address that the agency sends, so only its parameters are taken.
"""

from collections.abc import AsyncGenerator, Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import ClassVar, Generic, NamedTuple, TypeVar
from urllib.parse import parse_qsl, urlencode, urlsplit

from connectors.kit.call import JSON, Call
from connectors.kit.connector import Credentials, Options
from connectors.kit.errors import AgencyChanged
from connectors.kit.feed import Batch, Feed, feed
from connectors.kit.http import Http
from connectors.kit.parts import in_parts
from connectors.kit.rows import Row
from connectors.kit.signatures import Fixed, api_key, unsigned
from connectors.kit.values import BadRow, in_reach
from connectors.venues.openactive_model import Model, cleaned, last_part
from connectors.venues.records import Slot, Venue, Venues

RPDE = ("application/vnd.openactive.rpde+json", *JSON)

REMEMBERED = timedelta(days=7)
"""How long RPDE wants a deleted item to be remembered."""
MOST_PAGES = 100_000
READ_AS = "2 "
"""Before a position: in which way the items were read. A copy of those that were read otherwise is made anew."""

VENUE_KINDS = frozenset({"facilityuse", "individualfacilityuse"})
SLOT_KINDS = frozenset({"slot"})
"""Of what kinds our items are; of `IndividualFacilityUse/Slot`, the last part."""

V = TypeVar("V", bound=Venue | Slot)
_To = Callable[[str, Row], V]


class Item(NamedTuple, Generic[V]):
    """An item of a page: gone, where it has no record; not `good`, where that is because nobody can read it."""

    key: str
    record: V | None
    modified: int | str
    good: bool = True


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
        self._http = Http(self.agency, signer, self.clock, self.throttle)
        self._model = Model(self.findings, self.zone, self.options.keepers)

    async def aclose(self) -> None:
        await self._http.aclose()

    def probe(self) -> Feed[Venue]:
        return self.venues()

    # A venue is there for years; its prices and opening hours change a few times a year.
    @feed(interval=timedelta(minutes=10), stale=timedelta(days=7), tombstone_retention=REMEMBERED)
    async def venues(self, position: str | None) -> AsyncGenerator[Batch[Venue], None]:
        async for batch in self._follow(self.options.venues_path, position, VENUE_KINDS, self._model.venue):
            yield batch

    # A free slot may be taken at any minute; the booking asks the venue again.
    @feed(interval=timedelta(minutes=1), stale=timedelta(minutes=15), tombstone_retention=REMEMBERED)
    async def slots(self, position: str | None) -> AsyncGenerator[Batch[Slot], None]:
        async for batch in self._follow(self.options.slots_path, position, SLOT_KINDS, self._model.slot):
            yield batch

    async def _follow(
        self, path: str, position: str | None, kinds: frozenset[str], to: _To[V]
    ) -> AsyncGenerator[Batch[V], None]:
        """Page after page, to the one without items. Items that cannot be read end no pass, unless all of them are."""
        begins = position.removeprefix(READ_AS) if position and position.startswith(READ_AS) else None
        whole, at, good, bad = begins is None, begins, 0, 0
        for _ in range(MOST_PAGES):
            body = await self._http.json(Call(path=path, query=dict(parse_qsl(at or "")), accepts=RPDE))
            page = self._page(body)
            items, goes_on = page.value("items"), page.text("next")
            if not isinstance(items, list):
                raise AgencyChanged(self.agency.code, f"items is {type(items).__name__}, not a list")
            if not items:
                if whole and bad and not good:
                    raise AgencyChanged(self.agency.code, f"not one of {bad} items can be read")
                if whole or at != begins:
                    yield Batch(full=whole, position=_position(at))
                return
            after = self._parameters(goes_on)
            if after == at:
                raise AgencyChanged(self.agency.code, "next does not go on")
            at = after
            read = await self._items(items, kinds, to)
            good, bad = good + sum(each.good for each in read), bad + sum(not each.good for each in read)
            yield _batch(read, full=whole, position=_position(at))
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
        try:
            return urlencode(parse_qsl(urlsplit(address).query))
        except ValueError:
            raise AgencyChanged(self.agency.code, "next is no address") from None

    async def _items(self, items: list[object], kinds: frozenset[str], to: _To[V]) -> list[Item[V]]:
        """The newest of each key; those of other kinds are none of ours."""
        newest: dict[str, Item[V]] = {}
        nameless: list[Item[V]] = []

        def take(some: Sequence[object]) -> None:
            for each in some:
                item = self._item(each, kinds, to)
                if item is None:
                    continue
                if not item.key:
                    nameless.append(item)
                elif (known := newest.get(item.key)) is None or not _older(item.modified, known.modified):
                    newest[item.key] = item

        await in_parts(items, take)
        return [*newest.values(), *nameless]

    def _item(self, item: object, kinds: frozenset[str], to: _To[V]) -> Item[V] | None:
        """None for one of another kind. One that cannot be read has deleted: what it was before, it is no more."""
        key = ""
        try:
            row = Row(item)
            kind = _kind(row)
            if kind and kind not in kinds:
                return None
            key = row.text("id")
            deleted, modified = _deleted(row.text("state")), _modified(row)
            data = None if deleted else Row(cleaned(row.value("data"), self.options.keepers))
            record = None if data is None else to(key, data)
        except BadRow as bad:
            self.findings.set_aside(bad)
            return Item(key, None, "", good=False)
        row.ignore("data")
        self.findings.unexpected((*row.unread, *(f"data.{each}" for each in (data.unread if data else ()))))
        return Item(key, record, modified)


class OpenActive(OpenActiveFeeds[OpenActiveOptions]):
    """One booking system, whose bookings are made elsewhere."""

    protocol: ClassVar[str] = "openactive"


def _batch(read: list[Item[V]], *, full: bool, position: str | None) -> Batch[V]:
    return Batch(
        records=tuple((item.key, item.record) for item in read if item.record is not None),
        deleted=tuple(item.key for item in read if item.record is None and item.key),
        position=position,
        full=full,
        changed_at=max(filter(None, (_moment(item.modified) for item in read if item.good)), default=None),
    )


def _position(at: str | None) -> str | None:
    return None if at is None else READ_AS + at


def _kind(row: Row) -> str:
    """Of what kind it is, by its `kind` or else the type of its data; blank where neither is said."""
    for said in (row.value("kind") if row.has("kind") else None, _type(row)):
        if isinstance(said, str) and said.strip():
            return last_part(said).casefold()
    return ""


def _type(row: Row) -> object:
    data = row.value("data") if row.has("data") else None
    return data.get("@type", data.get("type")) if isinstance(data, dict) else None


def _deleted(state: str) -> bool:
    if state.casefold() not in ("updated", "deleted"):
        raise BadRow("state: neither updated nor deleted")
    return state.casefold() == "deleted"


def _modified(row: Row) -> int | str:
    """A number, or a text that can be compared with others of its feed."""
    said = row.value("modified")
    if isinstance(said, float) and said.is_integer():
        return int(said)
    text = row.text("modified")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 40 else text


def _older(one: int | str, other: int | str) -> bool:
    """Whether it is surely older; what cannot be compared is as new as it comes."""
    if isinstance(one, int) and isinstance(other, int):
        return one < other
    return isinstance(one, str) and isinstance(other, str) and bool(one and other) and one < other


def _moment(modified: int | str) -> datetime | None:
    """`modified` as a moment where it is one: RPDE only wants it to grow, most count seconds or milliseconds."""
    if isinstance(modified, str):
        try:
            return in_reach(datetime.fromisoformat(modified).replace(tzinfo=UTC)) if modified.endswith("Z") else None
        except (ValueError, BadRow):
            return None
    seconds = modified / 1000 if modified > 10**11 else modified
    return datetime.fromtimestamp(seconds, UTC) if 10**9 < seconds < 4 * 10**9 else None
