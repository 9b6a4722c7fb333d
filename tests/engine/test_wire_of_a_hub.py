"""What a hub says and counts, over real sockets, where it answers before it parses, and where it does not."""

import asyncio
import json
import re
from copy import copy
from datetime import timedelta
from types import SimpleNamespace
from urllib.parse import quote

import msgspec
from limits.aio.storage import memory
from structlog.testing import capture_logs

from engine.app import create_app
from engine.configuration.settings import Settings
from tests.answers.asking import BYTES, named, teach
from tests.conftest import listening
from tests.telemetry.scraping import of, scraped

BEDS = "{ hospitals(first: 8) { nodes { name beds { source { state ageSeconds } rooms { nodes { name free } } } } } }"
CITY = "{ city { name } }"


def posted(query, *lines):
    body = json.dumps({"query": query}).encode()
    head = ["POST /graphql HTTP/1.1", "Host: hub.example", "Content-Type: application/json", *lines]
    return "\r\n".join([*head, f"Content-Length: {len(body)}", "", ""]).encode() + body


def got(query, *lines):
    """By the hash of the document."""
    path = f"/graphql?extensions={quote(named(query)['extensions'])}"
    return "\r\n".join([f"GET {path} HTTP/1.1", "Host: hub.example", *lines, "", ""]).encode()


class Raw:
    """One connection to a hub, of a client that asks over no other: each answer costs it what it says."""

    def __init__(self, reader, writer):
        self.reader, self.writer = reader, writer
        self.left = None

    async def ask(self, *pieces):
        """The next answer: its first line, its headers in some order or other, and its body."""
        for each in pieces:
            self.writer.write(each)
            await self.writer.drain()
            await asyncio.sleep(0)
        async with asyncio.timeout(20):
            head = await self.reader.readuntil(b"\r\n\r\n")
            length = re.search(rb"content-length: (\d+)", head)
            first, *lines = head.split(b"\r\n")
            (left,) = (int(each.split(b"=")[1].split(b";")[0]) for each in lines if each.startswith(b"ratelimit:"))
            cost = int(next(each.split(b": ")[1] for each in lines if each.startswith(b"simpul-cost:")))
            assert self.left in {None, left + cost}
            self.left = left
            lines = [each for each in lines if not each.startswith(b"ratelimit:")]
            return first, sorted(lines), await self.reader.readexactly(int(length[1])) if length else b""


ASKED = {
    "beds": posted(BEDS),
    "beds in English": posted(BEDS, "Accept-Language: en"),
    "beds as gzip": posted(BEDS, "Accept-Encoding: gzip"),
    "beds as brotli": posted(BEDS, "Accept-Encoding: br, gzip"),
    "beds by another media type": posted(BEDS, "Accept: application/graphql-response+json"),
    "beds from another host": posted(BEDS).replace(b"hub.", b"www."),
    "beds by their hash": got(BEDS),
    "beds by their hash, as gzip": got(BEDS, "Accept-Encoding: gzip"),
    "the city": posted(CITY),
}
COUNTED = {
    "simpul_operations_total": ("audience", "kind", "outcome"),
    "simpul_operation_seconds_count": ("audience", "kind"),
    "simpul_fields_total": ("field", "outcome"),
    "simpul_field_seconds_count": ("field",),
    "simpul_readings_total": ("agency", "question", "state"),
    "simpul_requests_refused_total": ("code",),
}


TIMES = 4


def long_way(asked):
    """The same, which the wire does not know: it has a header that is not plain."""
    return asked.replace(b"\r\n\r\n", b"\r\nX-Anything: at all\r\n\r\n", 1)


def cost_of(answer):
    return next(each for each in answer[1] if each.startswith(b"simpul-cost"))


async def counted(hub):
    samples = await scraped(hub)
    return {
        (name, *(key if isinstance(key, tuple) else (key,))): number
        for name, labels in COUNTED.items()
        for key, number in of(samples, name, *labels).items()
    }


def more(after, before):
    return {key: number - before.get(key, 0) for key, number in after.items() if number != before.get(key, 0)}


async def test_a_hub_says_and_counts_the_same_whichever_way_it_answers(configuration, clock, store_url, monkeypatch):
    monkeypatch.setattr(memory, "time", SimpleNamespace(time=lambda: 1_795_410_000.0))  # no minute ends meanwhile
    given = {"store_url": store_url, "answer_bytes": BYTES, "wire": True}
    async with listening(configuration, clock, **given) as hub:
        host, port = hub.url.removeprefix("http://").split(":")
        connection = Raw(*await asyncio.open_connection(host, int(port)))
        await teach(hub, BEDS)
        for asked in ASKED.values():
            for _ in range(5):  # fetched, kept, given again, noted, remembered
                await connection.ask(asked)
            await connection.ask(long_way(asked))
        assert hub.state.wire.remembered == len(ASKED)
        for seconds in (0, 1, 10, 0.5):
            clock.advance(timedelta(seconds=seconds))
            answers, numbers, lines = [], [await counted(hub)], []
            for way in (bytes, long_way):
                with capture_logs() as logged:
                    said = [await connection.ask(way(asked)) for asked in ASKED.values() for _ in range(TIMES)]
                    numbers.append(await counted(hub))
                answers.append(said)
                told = [each for each in logged if each["event"] == "graphql.operation"]
                assert sum(each.pop("times", 1) for each in told) == len(ASKED) * TIMES
                lines.append({json.dumps({**each, "ms": 0}) for each in told})
            assert answers[0] == answers[1], seconds
            assert lines[0] == lines[1]
            wired, not_wired = more(numbers[1], numbers[0]), more(numbers[2], numbers[1])
            assert wired == not_wired
            assert wired["simpul_operations_total", "PUBLIC", "query", "ok"] == len(ASKED) * TIMES
        by_place = of(await scraped(hub), "simpul_answers_total", "reason")
        assert by_place["wire"] >= 4 * len(ASKED) * (TIMES - 1)
        for kept in hub.state.answers._shelf.all():
            made_anew = copy(kept)
            made_anew.content = msgspec.structs.replace(kept.content, cost=kept.content.cost + 1)
            hub.state.answers._shelf.put(made_anew)
        clock.advance(timedelta(seconds=0.2))
        for asked in ASKED.values():
            cost, again = (
                [cost_of(await connection.ask(asked)) for _ in range(5)],
                cost_of(await connection.ask(long_way(asked))),
            )
            assert set(cost) == {again}
        for at in range(1, len(ASKED["beds"]), 11):
            said = await connection.ask(ASKED["beds"][:at], ASKED["beds"][at:])
            assert said == await connection.ask(ASKED["beds"]), at
        connection.writer.close()


def test_it_is_off_where_nothing_is_kept_where_operations_are_traced_and_where_it_is_switched_off(
    configuration, clock, monkeypatch, tmp_path
):
    def wire(**given):
        settings = Settings(store_url=f"sqlite:///{tmp_path}/store.db", heads="", **given)
        return create_app(configuration, settings, clock).state.wire

    assert wire() is not None
    assert wire(wire=False) is None
    assert wire(answer_bytes=0) is None
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:1")
    assert wire() is None
