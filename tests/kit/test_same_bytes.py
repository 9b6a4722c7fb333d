"""An answer with the bytes of the last one is asked for, and not read again; whatever else comes is read."""

import msgspec
import pytest
from aiohttp import web

from connectors.kit.agency import Agency, Limits
from connectors.kit.call import Call
from connectors.kit.errors import AgencyChanged, AgencyUnavailable
from connectors.kit.findings import Findings
from connectors.kit.http import Http
from connectors.kit.read import read
from connectors.kit.reading import NEVER_KEPT
from connectors.kit.rows import many_records
from connectors.kit.signatures import unsigned
from tests.kit.test_http import Server, serving


class Thing(msgspec.Struct, frozen=True):
    n: int


class Things:
    """Asks one call for `things` and two for `both`, and counts the rows that it reads."""

    def __init__(self, url, clock):
        limits = Limits(retry_wait=0.001, retries=0)
        self.agency = Agency(code="a", domain="x", connector="x", name="A", url=url, limits=limits)
        self.clock, self.findings, self.rows = clock, Findings("a", clock), 0
        self.http = Http(self.agency, unsigned(), clock)

    async def ask(self, path):
        def to_thing(row):
            self.rows += 1
            return Thing(row.integer("n"))

        return await many_records(await self.http.json(Call(path=path)), to_thing, agency="a", findings=self.findings)

    @read(ttl=NEVER_KEPT, by_bytes=True)
    async def things(self, which, /):
        return await self.ask(f"/{which}")

    @read(ttl=NEVER_KEPT, by_bytes=True)
    async def both(self):
        return await self.ask("/a") + await self.ask("/b")

    @read(ttl=NEVER_KEPT, by_bytes=True)
    async def around(self):
        return (await self.plain().fetch()).records + await self.ask("/b")

    @read(ttl=NEVER_KEPT)
    async def plain(self):
        return await self.ask("/a")


@pytest.fixture
async def things(clock):
    server = Server()
    async with serving(server) as url:
        made = Things(url, clock)
        made.server = server
        yield made
        await made.http.aclose()


async def test_the_same_bytes_are_asked_for_each_time_and_read_once(things):
    sent = [{"n": 1}, {"n": 2}]
    things.server.answer = lambda _: web.json_response(sent)
    first = (await things.things("a").fetch()).records
    again = await things.things("a").fetch()
    assert again.records is first == (Thing(1), Thing(2))
    assert (things.rows, len(things.server.requests)) == (2, 2)
    assert (await things.things("b").fetch()).records == first
    assert things.rows == 4  # another question
    for read_again, more in ((things.both, 4), (things.around, 4), (things.plain, 2)):
        rows = things.rows
        for times in (1, 2):
            assert {each.n for each in (await read_again().fetch()).records} == {1, 2}
            assert things.rows == rows + times * more
    sent.append({"n": 3})
    assert len((await things.things("a").fetch()).records) == 3
    assert (await things.things("a").fetch()).records[2] == Thing(3)


async def test_what_was_found_is_found_again_and_a_failure_is_no_answer_of_before(things):
    answers = {"fine": [{"n": 1}], "odd": [{"n": 1, "more": 1}, {"n": "x"}]}
    things.server.answer = lambda _: web.json_response(answers["odd"])
    for times in (1, 2, 3):
        assert (await things.things("a").fetch()).records == (Thing(1),)
        assert set(things.findings.counts.values()) == {times}
    assert {each.open for each in things.findings.all} == {True}
    things.server.answer = lambda _: web.json_response(answers["fine"])
    for _ in range(2):
        assert (await things.things("a").fetch()).records == (Thing(1),)
        assert {each.open for each in things.findings.all} == {False}
    for status, error in ((500, AgencyUnavailable), (404, AgencyChanged)):
        things.server.answer = lambda _, status=status: web.json_response(answers["fine"], status=status)
        with pytest.raises(error):
            await things.things("a").fetch()
    things.server.answer = lambda _: web.Response(text="[{", content_type="application/json")
    for _ in range(2):
        with pytest.raises(AgencyChanged):
            await things.things("a").fetch()
