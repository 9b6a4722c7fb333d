"""Two hubs over the same sandbox, with the wire and without it: over real sockets, what they say and count is the same."""

import asyncio
import itertools
import json
import re
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from urllib.parse import quote

from structlog.testing import capture_logs

from tests.answers.asking import BYTES, named, teach
from tests.conftest import listening
from tests.telemetry.scraping import of, scraped

PRICES = "{ commodities { nodes { code name source { state ageSeconds } } } }"
CITY = "{ city { name kecamatan { name } } }"
MINUTE = 60


def posted(query, *lines):
    body = json.dumps({"query": query}).encode()
    head = ["POST /graphql HTTP/1.1", "Host: hub.example", "Content-Type: application/json", *lines]
    return "\r\n".join([*head, f"Content-Length: {len(body)}", "", ""]).encode() + body


def got(query, *lines):
    """By the hash of the document."""
    path = f"/graphql?extensions={quote(named(query)['extensions'])}"
    return "\r\n".join([f"GET {path} HTTP/1.1", "Host: hub.example", *lines, "", ""]).encode()


class Raw:
    """One connection to a hub."""

    def __init__(self, reader, writer):
        self.reader, self.writer = reader, writer

    async def ask(self, *pieces):
        """The next answer."""
        for each in pieces:
            self.writer.write(each)
            await self.writer.drain()
            await asyncio.sleep(0)
        async with asyncio.timeout(20):
            head = await self.reader.readuntil(b"\r\n\r\n")
            length = re.search(rb"content-length: (\d+)", head)
            return head + (await self.reader.readexactly(int(length[1])) if length else b"")


@asynccontextmanager
async def both(configuration, clock, store, tmp_path, **settings):
    """The two hubs, each with a store of its own, and a connection to each."""
    async with AsyncExitStack() as stack:
        made = []
        for name in ("with", "without"):
            (tmp_path / f"{name}.db").write_bytes(store.read_bytes())
            url = f"sqlite:///{tmp_path}/{name}.db"
            given = {"store_url": url, "wire": name == "with", "answer_bytes": BYTES, **settings}
            hub = await stack.enter_async_context(listening(configuration, clock, **given))
            host, port = hub.url.removeprefix("http://").split(":")
            reader, writer = await asyncio.open_connection(host, int(port))
            stack.callback(writer.close)
            made.append((hub, Raw(reader, writer)))
        yield made


ASKED = {
    "prices": posted(PRICES),
    "prices in English": posted(PRICES, "Accept-Language: en"),
    "prices as gzip": posted(PRICES, "Accept-Encoding: gzip"),
    "prices as brotli": posted(PRICES, "Accept-Encoding: br, gzip"),
    "prices by another media type": posted(PRICES, "Accept: application/graphql-response+json"),
    "prices from another host": posted(PRICES).replace(b"hub.", b"www."),
    "prices by their hash": got(PRICES),
    "prices by their hash, as gzip": got(PRICES, "Accept-Encoding: gzip"),
    "the city": posted(CITY),
}
COUNTED = {
    "simpul_operations_total": ("audience", "kind", "outcome"),
    "simpul_operation_seconds_count": ("audience", "kind"),
    "simpul_fields_total": ("field", "outcome"),
    "simpul_field_seconds_count": ("field",),
    "simpul_readings_total": ("agency", "question", "state"),
    "simpul_requests_refused_total": ("code",),
    "simpul_answers_total": ("outcome",),
}


async def test_a_hub_says_and_counts_the_same_with_the_wire_and_without_it(
    configuration, clock, filled_store, tmp_path
):
    async with both(configuration, clock, filled_store, tmp_path) as ((on, one), (off, two)):
        with capture_logs() as logged:
            for hub in (on, off):
                await teach(hub, PRICES)
            for asked in ASKED.values():
                for _ in range(5):  # fetched, kept, given again, noted, remembered
                    await one.ask(asked)
                    await two.ask(asked)
            assert (on.state.wire.remembered, off.state.wire) == (len(ASKED), None)
            for seconds in (0, 1, 10, 0.5, 90):
                clock.advance(timedelta(seconds=seconds))
                for name, asked in ASKED.items():
                    for _ in range(3):
                        assert await one.ask(asked) == await two.ask(asked), (name, seconds)
                for at, to in itertools.pairwise(range(0, len(ASKED["prices"]), 37)):
                    pieces = ASKED["prices"][:at], ASKED["prices"][at:to], ASKED["prices"][to:]
                    assert await one.ask(*pieces) == await two.ask(*pieces)
            numbers = [await scraped(hub) for hub in (on, off)]
        for name, labels in COUNTED.items():
            counted, wanted = (of(each, name, *labels) for each in numbers)
            assert counted == wanted, name
        answered = of(numbers[0], "simpul_answers_total", "reason")
        assert answered["wire"] > 100
        lines = [each for each in logged if each["event"] == "graphql.operation"]
        assert sum(each.get("times", 1) for each in lines) == 2 * sum(
            of(numbers[0], "simpul_operations_total", "outcome").values()
        )
        assert sum(each["times"] for each in lines if "times" in each) <= answered["wire"]
