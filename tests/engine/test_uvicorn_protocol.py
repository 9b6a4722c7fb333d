"""What one connection may do: over raw sockets, with limits so small that nobody waits."""

import asyncio
import os
import re
import signal
import sys
from contextlib import asynccontextmanager, suppress

import pytest
from structlog.testing import capture_logs

from engine.http.connection_limits import ConnectionCounter, ConnectionLimits
from engine.http.server import server_config
from tests.conftest import ROOT, listening
from tests.profiles import here
from tests.with_hub import free_port

BODY = b'{"query": "{ city { name } }"}'
HEAD = b"POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n"
WHOLE = HEAD + b"content-length: %d\r\n\r\n" % len(BODY) + BODY
PING = b"GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n"
SOON = 0.05
"""Seconds; what is waited for in vain ends so soon."""


@asynccontextmanager
async def connected(hub):
    """A connection, as its two ends for the client."""
    host, port = hub.url.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    try:
        yield reader, writer
    finally:
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()


async def said(hub, *sent):
    """All that is answered to these bytes until the server ends the connection; the client does not."""
    async with connected(hub) as (reader, writer):
        with suppress(ConnectionError):
            for each in sent:
                writer.write(each)
                await writer.drain()
        async with asyncio.timeout(20):
            with suppress(ConnectionError):
                return await reader.read()


def statuses(answer):
    return [int(each) for each in re.findall(rb"HTTP/1\.1 (\d{3}) ", answer)]


@pytest.fixture
def walled(configuration, clock):
    """A hub within these limits, which does not wait long for who is refused."""
    return lambda **limits: listening(configuration, clock, ConnectionLimits(linger_seconds=SOON, **limits))


HEADS = {
    "one long header": b"a: " + b"x" * 40_000 + b"\r\n\r\n",
    "one header that never ends": b"a: " + b"x" * 40_000,
    "one name that never ends": b"x" * 40_000,
    "many headers": b"a: b\r\n" * 101 + b"\r\n",
    "many headers that go on": b"a: b\r\n" * 60_000,
    "many that are large": (b"a: " + b"x" * 4_000 + b"\r\n") * 10 + b"\r\n",
}


async def test_a_head_that_is_too_large_ends_the_connection(walled):
    async with walled() as hub:
        for name, head in HEADS.items():
            assert statuses(await said(hub, b"GET /healthz HTTP/1.1\r\nhost: x\r\n" + head)) == [431], name
        assert statuses(await said(hub, b"GET /" + b"x" * 40_000)) in ([414], [431])
        assert statuses(await said(hub, b"nonsense\r\n\r\n")) == [400]


SLOW = {
    "nothing at all": (b"", "slow_headers"),
    "empty lines": (b"\r\n\r\n", "slow_headers"),
    "half a head": (b"POST /graphql HTTP/1.1\r\nhost:", "slow_headers"),
    "a second head": (PING + b"GET /healthz HTTP/1.1\r\nho", "slow_headers"),
    "a second line": (PING + b"GET /heal", "slow_headers"),
    "half a body": (HEAD + b"content-length: 1000\r\n\r\n" + b"{", "slow_body"),
    "half a chunk": (HEAD + b"transfer-encoding: chunked\r\n\r\n10\r\nabc", "slow_body"),
}


async def test_what_does_not_come_is_not_waited_for(walled):
    async with walled(header_seconds=SOON, body_seconds=SOON) as hub:
        for name, (sent, why) in SLOW.items():
            with capture_logs() as lines:
                answered = statuses(await said(hub, *filter(None, [sent])))
            assert answered == ([200, 408] if sent.startswith(PING) else [408]), name
            assert [each["why"] for each in lines if each["event"] == "connection.refused"] == [why], name


async def test_who_sends_a_byte_at_a_time_has_no_more_time(walled):
    async with walled(header_seconds=SOON) as hub, connected(hub) as (reader, writer):
        for each in range(10_000):
            if reader.at_eof() or writer.is_closing():
                break
            with suppress(ConnectionError):
                writer.write(b"GET /healthz HTTP/1.1\r\nhost: x\r\na: "[each : each + 1] or b"x")
                await asyncio.sleep(0.005)
                if reader._buffer:
                    break
        assert statuses(await reader.read(1_000)) == [408]


async def test_who_is_answered_keeps_the_connection_for_long(walled):
    async with walled(header_seconds=SOON, body_seconds=SOON) as hub, connected(hub) as (reader, writer):
        for _ in range(3):
            writer.write(WHOLE)
            await writer.drain()
            answer = await reader.readuntil(b"}}")
            assert statuses(answer) == [200]
            assert b"connection: close" not in answer
            await reader.read(1_000)
            await asyncio.sleep(2 * SOON)
    config = server_config(hub._app, limits=ConnectionLimits(), keep_alive=75, shutdown=20)
    assert (config.timeout_keep_alive, config.timeout_graceful_shutdown) == (75, 20)


async def test_a_body_over_the_limit_is_cut_off(hub):
    """Its client is told, and what it still sends is read by nobody."""
    for head in (b"content-length: 900000000\r\n\r\n", b"transfer-encoding: chunked\r\n\r\n"):
        async with connected(hub) as (reader, writer):
            writer.write(HEAD + head)
            taken = 0
            with suppress(ConnectionError):
                while not reader._buffer and taken < 300_000_000:
                    piece = b"x" * 100_000
                    writer.write(piece if b"length" in head else b"%x\r\n%b\r\n" % (len(piece), piece))
                    await writer.drain()
                    taken += len(piece)
            answer = await reader.readuntil(b"REQUEST_TOO_LARGE")
            assert statuses(answer) == [413]
            assert b"connection: close" in answer
            async with asyncio.timeout(20):
                with suppress(ConnectionError):
                    while await reader.read(10_000):
                        pass


async def test_who_is_refused_before_its_body_has_come_is_answered_and_ends(hub):
    answer = await said(hub, HEAD.replace(b"application/json", b"text/plain") + b"content-length: 5000\r\n\r\nabc")
    assert statuses(answer) == [415]
    assert b"connection: close" in answer


async def test_there_are_so_many_connections_and_of_one_address_so_many(walled):
    async with walled(connections=3) as hub, connected(hub), connected(hub), connected(hub):
        assert statuses(await said(hub)) == [503]
    among = ConnectionCounter(ConnectionLimits(connections=10, per_address=2), ["127.0.0.1", "10.0.0.0/8"])
    hosts = ["192.0.2.1", "192.0.2.1", "192.0.2.1", "192.0.2.2", "2001:db8::1", "2001:db8::2", "2001:db8::3"]
    assert [among.add(host) for host in hosts] == [True, True, False, True, True, True, False]
    assert [among.add("10.1.2.3") for _ in range(6)] == [True] * 5 + [False]
    among.remove("192.0.2.1")
    assert [among.add("192.0.2.1") for _ in range(2)] == [True, False]


async def test_a_connection_that_has_ended_makes_room(walled):
    async with walled(connections=2) as hub:
        for _ in range(20):
            async with hub.session.ws_connect(f"{hub.url}/graphql", protocols=["graphql-transport-ws"]) as socket:
                async with connected(hub) as (reader, writer):
                    writer.write(PING)
                    assert statuses(await reader.read(100)) == [200]
                    assert statuses(await said(hub)) == [503]
                await socket.close()
            await asyncio.sleep(0.01)


async def test_so_many_requests_wait_for_their_turn_and_no_more(walled):
    async with walled() as hub:
        with capture_logs() as lines:
            await said(hub, PING * 10_000)
    assert [each["why"] for each in lines if each["event"] == "connection.refused"] == ["pipelined"]


async def test_who_does_not_read_the_answer_is_let_go(walled):
    async with walled(answer_seconds=SOON) as hub, connected(hub) as (_, writer):
        writer.transport.pause_reading()
        with capture_logs() as lines, suppress(ConnectionError):
            async with asyncio.timeout(20):
                while not lines:
                    writer.write(b"GET /schema.graphql HTTP/1.1\r\nhost: x\r\n\r\n")
                    await writer.drain()
                    await asyncio.sleep(0.001)
        assert [each["why"] for each in lines] == ["answer_not_read"]


async def test_a_client_that_leaves_in_mid_body_is_one_line(hub, caplog):
    with capture_logs() as lines:
        async with connected(hub) as (_, writer):
            writer.write(HEAD + b"content-length: 1000\r\n\r\n" + b"{")
            await writer.drain()
            await asyncio.sleep(0.05)
        async with asyncio.timeout(20):
            while not lines:
                await asyncio.sleep(0.001)
        assert (await hub.data("{ city { name } }"))["city"]
    assert [each["event"] for each in lines] == ["client.left", "graphql.operation"]
    assert (lines[0]["received"], caplog.records) == (1, [])


async def test_the_process_ends_in_time_whatever_was_half_sent(tmp_path):
    environ = {**os.environ, "SIMPUL_SERVER__SHUTDOWN": "1", "SIMPUL_STORE_URL": f"sqlite:///{tmp_path}/store.db"}
    port = free_port()
    environ |= {"SIMPUL_FOLLOW": "false", "PORT": str(port), "SIMPUL_AGENCIES": str(lonely(tmp_path))}
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "server.py",
        "run",
        cwd=ROOT,
        env=environ,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    async with asyncio.timeout(60):
        while b"Ctrl-C" not in (line := await process.stdout.readline()):
            assert line, "the hub has not started"
    halves = [PING + b"GET /x", HEAD, HEAD + b"content-length: 9\r\n\r\n{", b"", WHOLE]
    writers = []
    for half in halves:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(half)
        await writer.drain()
        writers.append(writer)
    await asyncio.sleep(0.1)
    process.send_signal(signal.SIGTERM)
    async with asyncio.timeout(20):
        _, errors = await process.communicate()
    assert b"Traceback" not in errors
    assert b"hub.stopped" in errors
    for writer in writers:
        writer.close()


def lonely(folder):
    """A city without agencies."""
    path = folder / "agencies.toml"
    path.write_text(here('[city]\nname = "Kota"\ncode = "${city}"\ntimezone = "Asia/Jakarta"\n'), encoding="utf-8")
    return path
