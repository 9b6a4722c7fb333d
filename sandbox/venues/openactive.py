"""The city's booking system for sports venues, as OpenActive's RPDE feeds, with the faults of real ones.

Its faults:
- ids as numbers and as texts; moments with an offset or in UTC
- prices as numbers and as texts with decimals, some of them 0
- slots of two hours, and one that ends after midnight
- deleted items without data; a last page without items whose `next` is its own address
"""

from bisect import bisect_right
from collections.abc import Callable
from datetime import date, datetime
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

import msgspec
from aiohttp import web

from sandbox.kit.control import Control
from sandbox.venues.courts import WIB, courts, facility, slots

AGENCY = "gor-contoh"
BASE = f"/{AGENCY}/openactive"
PAGE = 1_000
LICENSE = "https://creativecommons.org/licenses/by/4.0/"
MEDIA = "application/vnd.openactive.rpde+json; version=1"

_KNOWN: "WeakKeyDictionary[Control, Feeds]" = WeakKeyDictionary()


class RpdeItem(NamedTuple):
    """One item; without `data` it is deleted."""

    modified: int
    id: int | str
    kind: str
    data: dict[str, Any] | None

    @property
    def place(self) -> tuple[int, str]:
        """Where it stands in its feed."""
        return self.modified, str(self.id)

    def written(self) -> dict[str, Any]:
        """As RPDE has it."""
        item: dict[str, Any] = {"state": "updated", "kind": self.kind, "id": self.id, "modified": self.modified}
        return item | {"data": self.data} if self.data is not None else item | {"state": "deleted"}


class Feeds:
    """Both feeds, with what was booked, changed and deleted since the sandbox started."""

    def __init__(self) -> None:
        self._day: date | None = None
        self._items: dict[str, dict[str, RpdeItem]] = {}
        self._sorted: dict[str, list[RpdeItem]] = {}
        self._newest = 0
        self.before_each: Callable[[], None] = lambda: None
        """What is done before anybody looks."""

    def page(self, kind: str, after: tuple[int, str] | None, today: date) -> list[RpdeItem]:
        """What comes after this place."""
        self.before_each()
        self._build(today)
        items = self._sorted.setdefault(kind, sorted(self._items[kind].values(), key=lambda item: item.place))
        at = bisect_right(items, after, key=lambda item: item.place) if after else 0
        return items[at : at + PAGE]

    def count(self, kind: str, today: date) -> int:
        """How many there are, deleted ones too."""
        self._build(today)
        return len(self._items[kind])

    def change(self, kind: str, key: str, today: date, **data: Any) -> None:
        """Say something else of it."""
        self._build(today)
        self._newest += 1
        item = self._items[kind][key]
        self._items[kind][key] = item._replace(modified=self._newest, data={**(item.data or {}), **data})
        self._sorted.pop(kind, None)

    def slot(self, key: str, today: date) -> dict[str, Any]:
        """What is said of a slot; raises KeyError where there is none."""
        self._build(today)
        data = self._items["Slot"][key].data
        if data is None:
            raise KeyError(key)
        return data

    def offers(self, slot: str, today: date) -> list[dict[str, Any]]:
        """Those of a slot; where it has none, of its venue, which may name it as one of its courts."""
        said = self.slot(slot, today)
        if said["offers"]:
            return list(said["offers"])
        venue, there = reference(said["facilityUse"]), (item.data or {} for item in self._items["FacilityUse"].values())
        return next(
            list(data.get("offers", ()))
            for data in there
            if venue in (data.get("@id"), *map(reference, data.get("individualFacilityUse", ())))
        )

    def book(self, slot: str, today: date) -> None:
        """Take a slot."""
        self.change("Slot", slot, today, remainingUses=0)

    def delete(self, kind: str, key: str, today: date) -> None:
        """Take it out; the feed goes on saying so."""
        self.change(kind, key, today)
        self._items[kind][key] = self._items[kind][key]._replace(data=None)

    def _build(self, today: date) -> None:
        if self._day == today:
            return
        self._day, self._sorted = today, {}
        begun = int(datetime(today.year, today.month, today.day, tzinfo=WIB).timestamp()) - 40 * 86_400
        self._items = {
            "FacilityUse": {
                str(court.id): RpdeItem(begun + court.number % 7, court.id, "FacilityUse", facility(court))
                for court in courts()
            },
            "Slot": {
                name: RpdeItem(begun + number // 3, name, "Slot", data)
                for number, (name, data) in enumerate(slots(today))
            },
        }
        self._newest = begun + 30 * 86_400


def reference(said: Any) -> str:
    """By what a thing is named, that is named by its `@id` or by an object with it."""
    return str(said["@id"] if isinstance(said, dict) else said)


def feeds_of(control: Control) -> Feeds:
    """Those of one sandbox."""
    return _KNOWN.setdefault(control, Feeds())


def routes(control: Control, now: Callable[[], datetime]) -> list[web.RouteDef]:
    """The two feeds."""
    control.register(AGENCY)
    feeds = feeds_of(control)

    def feed(kind: str, asked: str) -> Callable[[web.Request], Any]:
        async def follow(request: web.Request) -> web.StreamResponse:
            async def answer(_: web.Request) -> web.Response:
                return _page(request, feeds.page(kind, _after(request), now().astimezone(WIB).date()))

            return await control.answer(AGENCY, asked, request, answer)

        return follow

    return [
        web.get(f"{BASE}/facility-uses", feed("FacilityUse", "facility-uses")),
        web.get(f"{BASE}/slots", feed("Slot", "slots")),
    ]


def _after(request: web.Request) -> tuple[int, str] | None:
    modified, key = request.query.get("afterTimestamp", ""), request.query.get("afterId")
    return (int(modified), key) if modified.isdecimal() and key is not None else None


def _page(request: web.Request, items: list[RpdeItem]) -> web.Response:
    goes_on = request.url
    if items:
        modified, key = items[-1].place
        goes_on = request.url.with_query({"afterTimestamp": str(modified), "afterId": key})
    body = {"next": str(goes_on), "items": [item.written() for item in items], "license": LICENSE}
    return web.Response(body=msgspec.json.encode(body), headers={"Content-Type": MEDIA})
