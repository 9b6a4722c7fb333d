"""What 200 people do on a city's hubs in the soak, and whether each answer is true."""

import asyncio
import random
import time
from collections.abc import Callable
from typing import Any, NamedTuple

import aiohttp

from tests.faults.questions import PRAYERS
from tests.profiles import here
from tests.venues.processes import CONFIRM, HOLD

CANCEL = "mutation ($code: String!) { cancelBooking(booking: $code) { code state } }"
SLOTS = "{ venues(first: 40) { nodes { code slots(first: 40) { nodes { code } } } } }"
MINE = """query ($after: String) {
  me { bookings(first: 100, after: $after) {
    nodes { code state } pageInfo { hasNextPage endCursor } unavailable { problem }
  } }
}"""
ACCOUNT = "{ me { audience nik } }"
PUBLIC = {
    "beds": "{ hospitals(first: 50) { nodes { id name beds { capacity free } } } }",
    "tax": here('{ taxObject(nop: "${nop}") { id asOfYear bills(first: 3) { nodes { id year amount } } } }'),
    "laws": "{ regulations(level: CITY, first: 20) { totalCount nodes { id code title } } }",
    "jobs": "{ vacancies(first: 100) { nodes { id title company } } }",
    "fairs": "{ jobFairs(first: 20) { nodes { id title place } } }",
    "prices": "{ markets(first: 20) { nodes { id name } } }",
    "events": "{ sportEvents(first: 20) { nodes { id title } } }",
    "mosques": "{ mosques(first: 100) { nodes { id name kind } } }",
    "topics": "{ complaintTopics(first: 50) { nodes { id code name } } }",
    "prayers": PRAYERS,
    "venues": "{ venues(first: 40) { nodes { id code name } } }",
    "city": "{ city { name code } }",
}
JOINED = {
    "vacancies": ("id title company", ["karirhub", "blk-contoh", "disnaker-contoh"]),
    "mosques": ("id name kind", ["overpass", "simas"]),
    "markets": ("id name", ["sp2kp", "pihps", "survei-pasar"]),
}
"""Lists that several agencies make together, and what is asked of them: without one of them other things stand there."""
ALLOWED = {
    "AGENCY_UNAVAILABLE", "AGENCY_CHANGED", "AGENCY_THROTTLED", "AGENCY_REJECTED", "AGENCY_COPYING", "HUB_THROTTLED",
    "DEADLINE_EXCEEDED", "STORE_UNAVAILABLE", "RECORD_UNAVAILABLE", "IDENTITY_UNAVAILABLE", "SLOT_TAKEN",
    "SLOT_IN_THE_PAST", "TOO_MANY_HOLDS", "BOOKING_EXPIRED", "BOOKING_CANCELLED", "BOOKING_NOT_FOUND", "PRICE_CHANGED",
    "TOO_LATE_TO_CANCEL", "NOT_FOUND",
}  # fmt: skip
"""What an answer may say while agencies, Redis and PostgreSQL come and go."""


def known(data: Any, found: dict[str, Any]) -> dict[str, Any]:
    """Everything that has an id, by it."""
    if isinstance(data, dict):
        if "id" in data:
            found.setdefault(data["id"], {}).update({k: v for k, v in data.items() if not isinstance(v, dict | list)})
        for each in data.values():
            known(each, found)
    elif isinstance(data, list):
        for each in data:
            known(each, found)
    return found


class Truth:
    """What was true since the soak began: of each thing with an id, each value that it has had."""

    def __init__(self) -> None:
        self._things: dict[str, list[dict[str, Any]]] = {}

    def learn(self, answer: dict[str, Any]) -> None:
        for name, values in known(answer["data"], {}).items():
            if values not in (seen := self._things.setdefault(name, [])):
                seen.append(values)

    def wrong(self, answer: dict[str, Any]) -> list[str]:
        """What never was so. A value that is null was not known, and an error or a problem says why."""
        told = []
        for name, values in known(answer.get("data"), {}).items():
            seen = self._things.get(name)
            if seen is None:
                told.append(f"{name} is nobody's")
            elif not any(all(v is None or v == each.get(k) for k, v in values.items()) for each in seen):
                told.append(f"{name}: {values} never was, but {seen}")
        return told


class Asked(NamedTuple):
    """One request and how it ended."""

    kind: str
    question: str
    at: float
    seconds: float
    status: int


class Load:
    """All that was asked, and all that should not have been answered so."""

    def __init__(self, hubs: list[str], truth: Truth, seed: int) -> None:
        self.hubs, self.truth, self.seed = hubs, truth, seed
        self.asked: list[Asked] = []
        self.wrong: list[str] = []
        self.codes: dict[str, int] = {}
        self.booked = 0
        self.owners: dict[str, int] = {}
        self.confirmed: dict[str, int] = {}

    async def ask(
        self,
        session: aiohttp.ClientSession,
        hub: str,
        kind: str,
        query: str,
        token: str | None = None,
        question: str = "",
        **variables: Any,
    ) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        began = time.perf_counter()
        async with session.post(
            f"{hub}/graphql", json={"query": query, "variables": variables}, headers=headers
        ) as response:
            body = await response.json()
            status, wait = response.status, response.headers.get("Retry-After")
        self.asked.append(Asked(kind, question, began, time.perf_counter() - began, status))
        if status != 200 and (status != 503 or wait is None):
            self.wrong.append(f"{kind}: {status} {body}")
        for error in body.get("errors", ()):
            code = error["extensions"]["code"]
            self.codes[code] = self.codes.get(code, 0) + 1
            if status == 200 and code not in ALLOWED:
                self.wrong.append(f"{kind}: {error}")
        return body if status == 200 else {"data": None}

    async def reader(self, session: aiohttp.ClientSession, number: int, until: float) -> None:
        """Somebody who reads what is public, now this and now that."""
        chance = random.Random(f"{self.seed} {number}")
        while time.perf_counter() < until:
            name = chance.choice(list(PUBLIC))
            answer = await self.ask(session, self.hubs[number % len(self.hubs)], "public", PUBLIC[name], question=name)
            self.wrong += [f"{name}: {each}" for each in self.truth.wrong(answer)]
            await asyncio.sleep(chance.expovariate(2.0))

    async def person(
        self, session: aiohttp.ClientSession, number: int, until: float, token: Callable[[int], str], slots: list[str]
    ) -> None:
        """Somebody who has signed in, looks at their own things, and books and cancels."""
        chance, hub = random.Random(f"{self.seed} {number}"), self.hubs[number % len(self.hubs)]
        while time.perf_counter() < until:
            await self._look(session, hub, number, token(number))
            if chance.random() < 0.2:
                await self._book(session, hub, number, token(number), chance.choice(slots), f"{chance.random():.12f}")
            await asyncio.sleep(chance.expovariate(1.0))

    async def _look(self, session: aiohttp.ClientSession, hub: str, number: int, token: str) -> None:
        """A booking of somebody else, or one of one's own that is gone, is wrong."""
        await self.ask(session, hub, "personal", ACCOUNT, token)
        mine = {code for code, owner in self.confirmed.items() if owner == number}
        codes, after, more = set[str](), None, True
        while more:
            me = (await self.ask(session, hub, "personal", MINE, token, after=after)).get("data", {}) or {}
            found = (me.get("me") or {}).get("bookings")
            if not found or found["unavailable"]:
                return
            codes |= {each["code"] for each in found["nodes"]}
            more, after = found["pageInfo"]["hasNextPage"], found["pageInfo"]["endCursor"]
        self.wrong += [f"{code} is somebody else's" for code in codes if self.owners.get(code, number) != number]
        self.wrong += [f"{code} is lost" for code in mine - codes]

    async def _book(
        self, session: aiohttp.ClientSession, hub: str, number: int, token: str, slot: str, key: str
    ) -> None:
        """Hold, confirm, cancel. After an answer that tells nothing the same key is sent again, as clients are told."""
        held = None
        for _ in range(3):
            held = await self._done(session, hub, "holdSlot", HOLD, token, slot=slot, key=key)
            if held:
                break
        if not held:
            return
        code = held["code"]
        if self.owners.setdefault(code, number) != number:
            self.wrong.append(f"{code} was given to two")
        if await self._done(session, hub, "confirmBooking", CONFIRM, token, code=code):
            self.confirmed[code] = number
            self.booked += 1
            await self._done(session, hub, "cancelBooking", CANCEL, token, code=code)

    async def _done(
        self, session: aiohttp.ClientSession, hub: str, field: str, mutation: str, token: str, **variables: Any
    ) -> dict[str, Any] | None:
        answer = await self.ask(session, hub, "booking", mutation, token, **variables)
        return (answer.get("data") or {}).get(field)
