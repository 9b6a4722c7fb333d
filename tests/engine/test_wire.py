"""The last room answers what was answered before, byte for byte, and nothing else."""

import asyncio
import itertools
import random
from datetime import timedelta
from types import SimpleNamespace

import pytest
from limits.aio.storage import memory

from auth.rate_limiter import RateLimiter
from engine.execution import known_accounts
from engine.execution.quota import Quota
from engine.http import remembered
from engine.http import wire as room
from engine.http.connection_limits import ConnectionLimits
from engine.http.wire import PLAIN, is_plain
from tests.engine.wired import BODY, GET, HEAD, KNOWN, pair, settled, teach, wired

OTHER = KNOWN.replace(b"city", b"town")
AWAY = "198.51.100.7"


async def test_what_was_answered_twice_is_answered_without_the_app(clock):
    off, on = pair(clock)
    for asked in (KNOWN, GET):
        calls = on.app.calls
        async with off.connected() as plain, on.connected() as client:
            for _ in range(8):
                assert await client.send(asked) == await plain.send(asked)
        assert on.app.calls == calls + 3
        assert await on.said(asked) == await off.said(asked)
        assert on.app.calls == calls + 3
    assert on.state.total_requests == off.state.total_requests == 18
    assert on.wire.remembered == 2


CREDENTIALS = ("Authorization: Bearer x", "Cookie: a=b", "X-API-Key: k", "simpul-purpose: p", "simpul-case: c")
UNKNOWN = (
    *CREDENTIALS,
    "Proxy-Authorization: Basic eA==",
    "simpul-timeout: 1",
    "traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    "Expect: 100-continue",
    "Upgrade: h2c",
    "Connection: close",
    "Connection: keep-alive, Upgrade",
    "Origin: https://app.example",
    "X-Forwarded-For: 203.0.113.9",
    "X-Forwarded-Proto: https",
    "Forwarded: for=203.0.113.9",
    "Via: 1.1 cache",
    "Cache-Control: no-cache",
    "Range: bytes=0-1",
    "Content-Encoding: identity",
    "Transfer-Encoding: identity",
    "Trailer: x",
    "X-Anything: at all",
    "Host: hub.example",
    "Accept: a/b\r\nAccept: c/d",
)


async def test_what_says_more_than_how_the_answer_is_to_look_is_never_remembered(clock):
    off, on = pair(clock)
    for name in UNKNOWN:
        asked = HEAD + name.encode() + KNOWN[len(HEAD) - 2 :]
        calls = on.app.calls
        for _ in range(5):
            assert await on.said(asked) == await off.said(asked), name
        assert on.app.calls - calls in (5, 0), name  # none where it is no HTTP
        assert on.app.calls == off.app.calls, name
    assert on.wire.remembered == 0


NOT_ONE_REQUEST = {
    "two lengths": KNOWN.replace(b"\r\n\r\n", b"\r\nContent-Length: 30\r\n\r\n"),
    "two other lengths": KNOWN.replace(b"\r\n\r\n", b"\r\nContent-Length: 3\r\n\r\n"),
    "a list of lengths": KNOWN.replace(b": 30", b": 30, 30"),
    "a length with a sign": KNOWN.replace(b": 30", b": +30"),
    "a length with zeros": KNOWN.replace(b": 30", b": 0030"),
    "a length in hexadecimal": KNOWN.replace(b": 30", b": 0x1e"),
    "a length that is too short": KNOWN.replace(b": 30", b": 29"),
    "a length that is too long": KNOWN.replace(b": 30", b": 31"),
    "a length that is negative": KNOWN.replace(b": 30", b": -1"),
    "no length": KNOWN.replace(b"Content-Length: 30\r\n", b""),
    "a length and chunks": HEAD
    + b"Content-Length: 40\r\nTransfer-Encoding: chunked\r\n\r\n1e\r\n"
    + BODY
    + b"\r\n0\r\n\r\n",
    "chunks and a length": HEAD
    + b"Transfer-Encoding: chunked\r\nContent-Length: 40\r\n\r\n1e\r\n"
    + BODY
    + b"\r\n0\r\n\r\n",
    "chunks": HEAD + b"Transfer-Encoding: chunked\r\n\r\n1e\r\n" + BODY + b"\r\n0\r\n\r\n",
    "chunks by another name": HEAD + b"Transfer-Encoding: xchunked\r\n\r\n1e\r\n" + BODY + b"\r\n0\r\n\r\n",
    "chunks after a tab": HEAD + b"Transfer-Encoding:\tchunked\r\n\r\n0\r\n\r\n" + KNOWN,
    "a folded line": KNOWN.replace(b"\r\nContent-Type: a", b"\r\nContent-Type:\r\n a"),
    "a space before a colon": KNOWN.replace(b"Content-Length:", b"Content-Length :"),
    "lines without carriage returns": KNOWN.replace(b"\r\n", b"\n"),
    "carriage returns alone": KNOWN.replace(b"\r\n", b"\r"),
    "a zero byte": KNOWN.replace(b"hub.", b"hub\0"),
    "a line before it": b"\r\n" + KNOWN,
    "a line after it": KNOWN + b"\r\n",
    "HTTP/1.0": KNOWN.replace(b"HTTP/1.1", b"HTTP/1.0"),
    "HTTP/1.0, kept alive": KNOWN.replace(b"HTTP/1.1\r\n", b"HTTP/1.0\r\nConnection: keep-alive\r\n"),
    "HTTP/2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "HTTP/0.9": b"GET /graphql\r\n",
    "a whole address": KNOWN.replace(b" /graphql", b" http://hub.example/graphql"),
    "no host": KNOWN.replace(b"Host: hub.example\r\n", b""),
    "another method": GET.replace(b"GET", b"HEAD"),
    "a GET with a body": b"GET" + KNOWN[4:],
    "an OPTIONS": b"OPTIONS" + KNOWN[4:],
    "two requests": KNOWN + KNOWN,
    "a request and a half": KNOWN + KNOWN[:40],
    "a request and half a word": KNOWN + b"PO",
    "letters beyond ASCII": KNOWN.replace(b"hub.", b"h\xc3\xbcb."),
}


async def test_what_is_not_one_whole_request_is_never_remembered_and_what_follows_it_is_as_without_the_wire(clock):
    off, on = pair(clock)
    for name, asked in NOT_ONE_REQUEST.items():
        assert not is_plain(asked), name
        for _ in range(4):
            assert await on.said(asked) == await off.said(asked), name
    assert on.wire.remembered == 0
    await teach(on, off)
    for name, asked in NOT_ONE_REQUEST.items():
        for pieces in ([asked, KNOWN], [asked, KNOWN, KNOWN[:9], KNOWN[9:], KNOWN], [KNOWN, asked, KNOWN]):
            assert await on.said(*pieces) == await off.said(*pieces), name


async def test_each_wall_holds_alone(clock, monkeypatch):
    """Where nobody looks at what a request says, the parser still says what is one; and its bytes decide."""
    monkeypatch.setattr(room, "is_plain", lambda _: True)
    off, on = pair(clock)
    for name, asked in NOT_ONE_REQUEST.items():
        for _ in range(4):
            assert await on.said(asked, KNOWN) == await off.said(asked, KNOWN), name
    known = {name for name, asked in NOT_ONE_REQUEST.items() if asked in on.wire._known}
    assert not {"two requests", "a request and a half", "a request and half a word", "a length and chunks"} & known


async def test_a_request_in_two_pieces_is_one_wherever_it_is_cut(clock):
    off, on = pair(clock)
    await teach(on, off)
    calls = on.app.calls
    async with on.connected() as client:
        for at in range(1, len(KNOWN)):
            assert await client.send(KNOWN[:at]) == b""
            assert await client.send(KNOWN[at:]) == (await off.said(KNOWN))[0], at
    assert on.app.calls == calls + len(KNOWN) - 1
    async with on.connected() as client:
        for each in range(len(KNOWN)):
            answer = await client.send(KNOWN[each : each + 1])
        assert answer == (await off.said(KNOWN))[0]


async def test_the_bytes_of_a_known_request_in_another_ones_body_are_that_ones_body(clock):
    off, on = pair(clock)
    await teach(on, off)
    outer = HEAD + b"Content-Length: %d\r\n\r\n" % len(KNOWN)
    chunked = HEAD + b"Transfer-Encoding: chunked\r\n\r\n%x\r\n" % len(KNOWN)
    for pieces in ([outer, KNOWN], [outer, KNOWN, KNOWN], [chunked, KNOWN, b"\r\n0\r\n\r\n", KNOWN]):
        assert await on.said(*pieces) == await off.said(*pieces)


async def test_pipelined_requests_are_answered_in_their_order(clock):
    off, on = pair(clock)
    await teach(on, off)
    for requests in itertools.product((KNOWN, OTHER, GET), repeat=3):
        one = b"".join(requests)
        two = [requests[0] + requests[1][:7], requests[1][7:] + requests[2]]
        for pieces in ([one], requests, two, [one, one], [one, *requests]):
            assert await on.said(*pieces) == await off.said(*pieces)


async def test_a_known_request_waits_for_the_answer_that_is_being_made(clock):
    off, on = pair(clock)
    await teach(on, off)
    async with off.connected() as plain, on.connected() as client:
        for each in (plain, client):
            each.server.app.held = held = asyncio.Semaphore(0)
            for asked in (OTHER, OTHER, OTHER):
                assert await each.send(asked) == b""
            for answered in (1, 2):
                held.release()
                await settled(each.server)
                assert each.pipe.written.count(b"HTTP/1.1 200") == answered
                await each.send(KNOWN)
                assert each.pipe.written.count(b"HTTP/1.1 200") == answered
            held.release()
            await settled(each.server)
        assert client.pipe.written == plain.pipe.written
        assert client.pipe.written.count(b"HTTP/1.1 200") == 5
    assert on.wire.remembered == 1


async def test_the_end_of_a_body_and_the_request_behind_it_are_not_one_request(clock):
    """Together they look like one, to which the second's answer is no answer."""
    off, on = pair(clock)
    end, good = b"GET /graphql?evil HTTP/1.1\r\nReferer: ", GET
    assert is_plain(end + good)
    body = HEAD + b"Content-Length: %d\r\n\r\n" % len(end)
    for _ in range(5):
        assert await on.said(body, end + good) == await off.said(body, end + good)
    assert on.wire.remembered == 0
    assert await on.said(end + good) == await off.said(end + good)


async def test_one_byte_that_differs_makes_it_another_request(clock):
    off, on = pair(clock)
    await teach(on, off)
    for asked, at in itertools.chain.from_iterable(
        zip(itertools.repeat(each), range(len(each))) for each in (KNOWN, GET)
    ):
        for other in {asked[at] ^ 1, asked[at] ^ 32, 0, 10, 13, 255} - {asked[at]}:
            changed = asked[:at] + bytes([other]) + asked[at + 1 :]
            assert await on.said(changed) == await off.said(changed), (at, other)
    for at in range(len(KNOWN) + 1):
        for changed in (KNOWN[:at] + KNOWN[at + 1 :], KNOWN[:at] + b"0" + KNOWN[at:]):
            assert await on.said(changed, KNOWN) == await off.said(changed, KNOWN), at
    assert on.app.calls == off.app.calls - on.app.told - sum(each.times for each in on.wire._untold)


async def test_host_and_what_is_accepted_are_part_of_the_request(clock):
    off, on = pair(clock)
    kinds = [
        KNOWN.replace(b"Host: hub", b"Host: " + host).replace(b"\r\n\r\n", accept + b"\r\n\r\n")
        for host in (b"hub", b"www")
        for accept in (b"", b"\r\nAccept: text/html", b"\r\nAccept-Encoding: gzip", b"\r\nAccept-Language: en")
    ]
    for _ in range(5):
        for asked in kinds:
            assert await on.said(asked) == await off.said(asked)
    assert on.wire.remembered == len(kinds)
    assert on.app.calls == 3 * len(kinds)


async def test_ages_and_the_date_are_those_of_now_and_what_is_dropped_is_made_anew(clock):
    off, on = pair(clock)
    await teach(on, off)
    for step in (0, 0.2, 0.75, 0.1, 0.95, 1, 59, 500, 100, 0.5):
        clock.advance(timedelta(seconds=step))
        on.state.default_headers = off.state.default_headers = [(b"date", b"%f" % step)]
        assert await on.said(KNOWN) == await off.said(KNOWN), step
    assert on.app.made == off.app.made == 2
    await teach(on, off)
    calls = on.app.calls
    for server in (on, off):
        for kept in server.app.kept.values():
            kept.dropped = True
    assert await on.said(KNOWN) == await off.said(KNOWN)
    assert (on.app.calls, on.app.made) == (calls + 1, 3)
    for server in (on, off):
        server.app.kept.clear()
    assert await on.said(KNOWN) == await off.said(KNOWN)


async def test_not_modified_is_said_as_long_as_it_is_true(clock):
    off, on = pair(clock)
    asked = GET.replace(b"\r\n\r\n", b'\r\nIf-None-Match: "0"\r\n\r\n')
    await teach(on, off, asked=asked)
    calls = on.app.calls
    answer, _ = await on.said(asked)
    assert (answer[:12], on.app.calls) == (b"HTTP/1.1 304", calls)
    assert answer == (await off.said(asked))[0]
    clock.advance(timedelta(seconds=1))
    for _ in range(3):
        answer, _ = await on.said(asked)
        assert (answer[:12], answer) == (b"HTTP/1.1 200", (await off.said(asked))[0])


async def test_an_answer_that_it_would_not_give_in_the_same_bytes_is_not_remembered(clock, monkeypatch):
    _, on = pair(clock)
    send = on.app.send

    async def twice(to, status, headers, body):
        await send(to, status, {**headers, "x-number": str(on.app.calls), "age": "7"}, body)

    monkeypatch.setattr(on.app, "send", twice)
    await teach(on)
    await teach(on)
    assert (on.wire.remembered, on.app.calls) == (0, 6)


async def test_a_connection_that_is_idle_ends_counted_from_the_last_answer(clock):
    _, on = pair(clock)
    await teach(on)
    async with on.connected() as client:
        protocol = client.protocol
        assert protocol._timer
        await client.send(KNOWN)
        assert protocol._timer is None
        (first,) = (protocol.timeout_keep_alive_task,)
        await client.send(KNOWN)
        assert protocol.timeout_keep_alive_task is first
        protocol.timeout_keep_alive_handler()
        again = protocol.timeout_keep_alive_task
        assert again is not first
        assert 0 < again.when() - protocol.loop.time() <= 75
        assert not client.pipe.closed
        protocol._answered -= 76
        protocol.timeout_keep_alive_handler()
        assert client.pipe.closed
    for timer in (first, again):
        timer.cancel()


async def test_who_does_not_read_and_who_is_told_to_leave_gets_nothing_from_here(clock):
    _, on = pair(clock)
    await teach(on)
    calls = on.app.calls
    async with on.connected() as client:
        client.protocol.pause_writing()
        assert await client.send(KNOWN) == b""
        assert on.app.calls == calls + 1
        client.protocol.resume_writing()
        assert (await client.send(b"")).count(b"HTTP/1.1 200") == 1
    async with on.connected() as client:
        assert await client.send(KNOWN)
        client.protocol.shutdown()
        assert client.pipe.closed
        client.protocol.data_received(KNOWN)
        assert on.app.told + sum(each.times for each in on.wire._untold) == 1
    full = wired(clock, limits=ConnectionLimits(connections=1))
    full.wire = on.wire
    async with full.connected():
        answer, closed = await full.said(KNOWN)
    assert (answer[:12], closed) == (b"HTTP/1.1 503", True)
    assert on.app.calls == calls + 2


async def test_what_was_answered_is_told_before_anything_else_begins(clock):
    _, on = pair(clock)
    await teach(on)
    async with on.connected() as client, on.connected() as other:
        for _ in range(5):
            await client.send(KNOWN)
        assert on.app.told == 0
        await other.send(OTHER)
        assert on.app.tellings == [5]
        await client.send(KNOWN)
        on.wire.tell()
        on.wire.tell()
        assert on.app.tellings == [5, 1]
        await client.send(KNOWN)
        await on.wire.aclose()
        assert on.app.tellings == [5, 1, 1]
        async with asyncio.timeout(20):
            await client.send(KNOWN)
            while len(on.app.tellings) < 4:
                await asyncio.sleep(0.01)


@pytest.fixture
def _stands(monkeypatch):
    """The clock on the wall, by which the library of quotas counts, stands."""
    monkeypatch.setattr(memory, "time", SimpleNamespace(time=lambda: 1_795_410_000.0))


async def test_over_real_sockets_it_is_the_same(clock):
    off, on = pair(clock)
    await teach(on, off)
    calls = on.app.calls
    async with on.listening() as wired_says, off.listening() as says:
        for at in range(1, len(KNOWN)):
            pieces = KNOWN[:at], KNOWN[at:], KNOWN
            assert await wired_says(*pieces) == await says(*pieces), at
        assert on.app.calls - calls == len(KNOWN) - 1
        for at in range(len(KNOWN)):
            changed = KNOWN[:at] + bytes([KNOWN[at] ^ 1]) + KNOWN[at + 1 :]
            assert await wired_says(changed, KNOWN) == await says(changed, KNOWN), at
        for one, other in itertools.product((KNOWN, OTHER, GET, *NOT_ONE_REQUEST.values()), (KNOWN, OTHER)):
            for pieces in ((one + other,), (one, other), (other, one, KNOWN)):
                assert await wired_says(*pieces) == await says(*pieces), pieces


def limiter():
    return RateLimiter(redis_url=None, secret=b"a secret of tests")


def quota(most=1_000_000):
    return lambda clock: Quota(most, limiter(), clock.monotonic)


@pytest.mark.usefixtures("_stands")
async def test_what_is_left_of_a_quota_is_told_to_the_unit(clock):
    off, on = pair(clock, quota())
    async with (
        off.connected() as plain,
        on.connected() as client,
        off.connected(AWAY) as far,
        on.connected(AWAY) as away,
    ):
        for asked in [KNOWN] * 9 + [OTHER] + [KNOWN] * 4 + [GET] * 5 + [KNOWN, OTHER, KNOWN]:
            assert await client.send(asked) == await plain.send(asked)
            assert await away.send(asked) == await far.send(asked)
        assert off.app.calls == 44
        assert on.app.calls < 25
        await on.wire.aclose()
        left = [await server.app.quota.at(host).charge(0) for server in (on, off) for host in ("192.0.2.1", AWAY)]
        assert {each.remaining for each in left} == {1_000_000 - 22 * 167}


@pytest.mark.usefixtures("_stands")
async def test_what_a_proxy_says_of_its_client_is_of_nobody_else(clock):
    off, on = pair(clock, quota())
    proxied = KNOWN.replace(b"\r\n\r\n", b"\r\nX-Forwarded-For: 203.0.113.9\r\n\r\n")
    async with off.connected("127.0.0.1") as plain, on.connected("127.0.0.1") as client:
        for asked in [KNOWN] * 5 + [proxied] * 3 + [KNOWN] * 2 + [proxied, KNOWN]:
            assert await client.send(asked) == await plain.send(asked)
    assert on.app.calls < off.app.calls


@pytest.mark.usefixtures("_stands")
async def test_near_its_end_a_quota_is_the_apps_business(clock, monkeypatch):
    monkeypatch.setattr(known_accounts, "ENOUGH", 1_000)
    off, on = pair(clock, quota(1_000 + 10 * 167))
    async with off.connected() as plain, on.connected() as client:
        for number in range(20):
            answer = await client.send(KNOWN)
            assert answer == await plain.send(KNOWN)
            assert on.app.calls == max(min(number + 1, 3), number - 7)
    assert answer.startswith(b"HTTP/1.1 429")
    assert (on.app.calls, on.app.told) == (12, 8)


async def test_who_uses_up_the_quota_elsewhere_is_found_out(clock, redis_url):
    """Two processes on one Redis: what one did not know is what the other charged since it last asked."""
    shared = [RateLimiter(redis_url=redis_url, secret=b"a secret of tests") for _ in range(2)]
    one, two = (wired(clock, Quota(1_000_000, each, clock.monotonic)) for each in shared)
    try:
        async with one.connected() as client:
            while one.wire.remembered == 0:
                await client.send(KNOWN)
                while one.state.tasks:
                    await asyncio.sleep(0.001)
            calls = one.app.calls
            await two.app.quota.at("192.0.2.1").charge(1_000_000, done=True)
            await client.send(KNOWN)
            assert one.app.calls == calls
            await one.wire.aclose()
            await client.send(KNOWN)
            while one.state.tasks:
                await asyncio.sleep(0.001)
            assert one.app.calls == calls + 1
            assert client.pipe.written.count(b"HTTP/1.1 429") == 1
    finally:
        for each in shared:
            await each.aclose()


async def test_what_is_known_of_a_quota_is_not_believed_for_long(clock):
    _, on = pair(clock, quota())
    async with on.connected() as client:
        for _ in range(4):
            await client.send(KNOWN)
        assert on.app.calls == 3
        clock.advance(timedelta(seconds=known_accounts.FRESH))
        await client.send(KNOWN)
        assert on.app.calls == 4
        await client.send(KNOWN)
        assert on.app.calls == 4
    async with on.connected(AWAY) as stranger:
        await stranger.send(KNOWN)
        assert on.app.calls == 5


async def test_a_flood_of_requests_drives_nobody_out_and_has_its_bounds(clock, monkeypatch):
    monkeypatch.setattr(remembered, "BYTES", 40 * remembered.PLACE)
    monkeypatch.setattr(remembered, "SHARE", 8)
    _, on = pair(clock)
    await teach(on)
    async with on.connected() as good:

        async def flood(host, requests, fine=1):
            for number in range(requests):
                await teach(
                    on,
                    asked=KNOWN.replace(b"city", b"c%d%s" % (number, host.encode())).replace(
                        b": 30", b": %d" % (30 + len(f"{number}{host}") - 3)
                    ),
                    host=host,
                )
                if number % fine == 0:
                    calls = on.app.calls
                    await good.send(KNOWN)
                    on.wire.tell()
                    assert on.app.calls == calls

        await flood(AWAY, 30, 10)
        assert on.wire.remembered == 6
        for each in range(12):
            await flood(f"198.51.100.{each}", 6, 3)
        assert on.wire.remembered == 40
        assert on.wire._size == sum(on.wire._sizes.values()) == 40 * remembered.PLACE
        for kept in on.app.kept.values():
            kept.dropped = True
        clock.advance(timedelta(seconds=remembered.IDLE))
        on.wire.tell()
        assert (on.wire.remembered, on.wire._size, dict(on.wire._sizes)) == (0, 0, {})


async def test_what_is_too_long_is_not_remembered(clock, monkeypatch):
    _, on = pair(clock)
    await teach(on, asked=KNOWN.replace(b": 30", b": 9030") + b" " * 9_000)
    monkeypatch.setattr(remembered, "LARGEST", 100)
    await teach(on)
    assert on.wire.remembered == 0
    for number in range(room.SEEN + 1):
        assert not on.wire._comes_again(b"%d" % number)
    assert len(on.wire._seen) == 1


def test_plain_headers_name_nobody():
    named = (each.partition(":")[0].lower().encode() for each in UNKNOWN)
    assert {each for each in named if each in PLAIN} == {b"host", b"connection", b"accept"}
    assert is_plain(KNOWN)
    assert is_plain(GET)


PIECES = (
    *(KNOWN, GET, OTHER, HEAD, BODY, b"\r\n", b"\r\n\r\n", b"0\r\n\r\n", b"1e\r\n", b"Content-Length: 30\r\n", b" "),
    *(b"Content-Length: 3\r\n", b"Transfer-Encoding: chunked\r\n", b"Connection: close\r\n", b"HTTP/1.0", b"\0", b"\n"),
    *(b"Authorization: Bearer x\r\n", b"Expect: 100-continue\r\n", b"Connection: upgrade\r\nUpgrade: h2c\r\n", b"GET "),
)


def mutated(seeded, asked):
    """The same with a few changes: a byte, a hole, a piece from elsewhere, or a part twice."""
    for _ in range(seeded.choice((0, 1, 1, 2, 4))):
        at, to = sorted(seeded.randrange(len(asked) + 1) for _ in range(2))
        match seeded.randrange(5):
            case 0:
                asked = asked[:at] + bytes([seeded.randrange(256)]) + asked[at + 1 :]
            case 1:
                asked = asked[:at] + asked[min(to, at + seeded.randrange(20)) :]
            case 2:
                asked = asked[:at] + seeded.choice(PIECES) + asked[at:]
            case 3:
                asked = asked[:to] + asked[at:to] + asked[to:]
            case 4:
                head = asked.find(b"\r\n") + 2
                asked = asked[:head] + seeded.choice(PIECES[9:]) + asked[head:]
    return asked


def cut(seeded, stream):
    places = sorted(seeded.randrange(len(stream) + 1) for _ in range(seeded.choice((0, 0, 1, 2, 5))))
    return [each for each in (stream[at:to] for at, to in itertools.pairwise((0, *places, len(stream)))) if each]


async def said(server, pieces, turns):
    """The same, if in the turn of each piece so many of the answers may be made, and all of them in the end."""
    if turns is None:
        return await server.said(*pieces)
    server.app.held = held = asyncio.Semaphore(0)
    async with server.connected() as client:
        for piece, turn in zip(pieces, turns, strict=True):
            await client.send(piece)
            for _ in range(turn):
                held.release()
                await settled(server)
        for _ in range(20):
            held.release()
            await settled(server)
        server.app.held = None
        return client.pipe.written, client.pipe.closed


async def compare(clock, seed, cases):
    """Connections full of mutated requests, cut anywhere, get the same from both servers; how often the app was spared."""
    seeded = random.Random(seed)
    off, on = pair(clock)
    for server in (off, on):
        for asked in (KNOWN, GET):
            await teach(server, asked=asked)
    for number in range(cases):
        pieces = []
        for _ in range(seeded.randrange(1, 6)):
            asked = seeded.choice((KNOWN, KNOWN, GET, OTHER))
            kind = seeded.randrange(10)
            if kind == 0:
                asked = seeded.randbytes(seeded.randrange(1, 300))
            elif kind < 6:
                asked = mutated(seeded, asked)
            pieces += cut(seeded, asked) if kind % 2 else [asked]
        if seeded.randrange(4) == 0:
            pieces = cut(seeded, b"".join(pieces))
        if seeded.randrange(50) == 0:
            clock.advance(timedelta(seconds=seeded.choice((0.5, 1, 700))))
        turns = [seeded.randrange(3) for _ in pieces] if seeded.randrange(4) == 0 else None
        assert await said(on, pieces, turns) == await said(off, pieces, turns), (seed, number, pieces, turns)
    on.wire.tell()
    assert on.app.calls == off.app.calls - on.app.told
    return on.app.told


async def test_mutated_requests_are_answered_as_without_the_wire(clock):
    assert await compare(clock, 16, 300) > 50


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(20))
async def test_many_mutated_requests_are_answered_as_without_the_wire(clock, seed):
    assert await compare(clock, 1_000 + seed, 20_000) > 3_000
