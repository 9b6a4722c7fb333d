"""What the throttle of an agency lets through, counted at the agency's own socket."""

import asyncio
import gc
import itertools
import time
from contextlib import asynccontextmanager, suppress
from datetime import timedelta

import pytest

from connectors.kit.agency import Agency, Limits
from connectors.kit.call import Call
from connectors.kit.connector import Connector, Credentials, Options
from connectors.kit.errors import (
    AgencyChanged,
    AgencyError,
    AgencyRejected,
    AgencyThrottled,
    AgencyUnavailable,
    HubThrottled,
)
from connectors.kit.feed import Batch, feed
from connectors.kit.http import Http
from connectors.kit.observer import BreakerState
from connectors.kit.outcome import Outcome
from connectors.kit.read import read
from connectors.kit.signatures import unsigned
from connectors.kit.together import together
from connectors.kit.urgency import URGENCY, Urgency
from connectors.kit.values import BadRow
from tests.breakers import Noted, probed
from tests.clock import FakeClock

CLOSED, HALF_OPEN, OPEN = BreakerState.CLOSED, BreakerState.HALF_OPEN, BreakerState.OPEN


def answer(status, body=b"{}", media="application/json"):
    head = f"HTTP/1.1 {status} X\r\nContent-Type: {media}\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


GOOD, BROKEN, NOT_JSON = answer(200), answer(500), answer(200, b"{")


class Socket:
    """An agency at a socket of its own. `says` is its answer; None is silence, and empty a connection that is reset.

    If it `ends`, it closes the connection after one answer.
    """

    def __init__(self, says):
        self.says = says
        self.paths = []
        self.held = None
        self.ends = False

    async def talk(self, reader, writer):
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                self.paths.append(head.split()[1].decode())
                if self.held:
                    await self.held.wait()
                if self.says is None:
                    await reader.read()
                elif not self.says:
                    writer.transport.abort()
                else:
                    writer.write(self.says)
                    if self.ends:
                        break
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()


@asynccontextmanager
async def agency_at_a_socket(says):
    socket = Socket(says)
    server = await asyncio.start_server(socket.talk, "127.0.0.1", 0)
    socket.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield socket
    finally:
        server.close()
        for _ in range(5):  # a connection that was just accepted becomes one
            await asyncio.sleep(0)


class Rows(Connector[Options, Credentials]):
    domain, protocol = "things", "rows"
    maps = staticmethod(lambda document: document)

    def open(self, credentials):
        self._http = Http(self.agency, unsigned(), self.clock, self.throttle)

    async def aclose(self):
        await self._http.aclose()

    def probe(self):
        return self.all()

    @read(ttl=timedelta(minutes=1))
    async def all(self) -> object:
        return self.maps(await self._http.json(Call(path="/all")))

    @read(ttl=timedelta(minutes=1))
    async def one(self, number: int) -> object:
        return self.maps(await self._http.json(Call(path="/one", query={"number": str(number)})))

    @read(ttl=timedelta(minutes=1))
    async def pages(self, count: int) -> object:
        return await together(self._http.json(Call(path="/page")) for _ in range(count))

    @feed(interval=timedelta(minutes=1), stale=timedelta(minutes=1))
    async def followed(self, position):
        yield Batch(records=(("1", self.maps(await self._http.json(Call(path="/feed")))),))


@pytest.fixture
async def rows_of(clock):
    made = []

    def make(socket, kind=Rows, **limits):
        limits = Limits(**{"timeout": 30, "retry_wait": 0.001, "retries": 0, **limits})
        agency = Agency(code="agency", domain="things", connector="rows", name="A", url=socket.url, limits=limits)
        made.append(kind(agency, Options(), Credentials(), clock=clock, zone=None, observer=Noted()))
        return made[-1]

    yield make
    for connector in made:
        await connector.aclose()


async def error_of(asked):
    with pytest.raises(AgencyError) as raised:
        await asked.fetch()
    return raised.value


async def opened(rows, socket):
    """The breaker of an agency that answers with 500."""
    socket.says = BROKEN
    for _ in range(2):
        await error_of(rows.all())
    assert rows.throttle.is_open
    socket.paths.clear()


@pytest.mark.parametrize(
    ("asked", "concurrency"), [(2, 4), (300, 1), (1_000, 16), pytest.param(10_000, 16, marks=pytest.mark.soak)]
)
@pytest.mark.parametrize("says", [b"", BROKEN, NOT_JSON, None], ids=["reset", "500", "not JSON", "silence"])
async def test_a_dead_agency_that_was_never_asked_before_costs_at_most_five_calls(rows_of, says, concurrency, asked):
    async with agency_at_a_socket(says) as socket, asyncio.timeout(60):
        rows = rows_of(socket, concurrency=concurrency, retries=3, timeout=0.3 if says is None else 30)
        errors = await asyncio.gather(*(error_of(rows.one(number)) for number in range(asked)))
        assert {type(each) for each in errors} <= {AgencyUnavailable, AgencyChanged, HubThrottled}
        while not rows.throttle.is_open:  # where one call at a time is allowed, and is hung
            await error_of(rows.one(0))
        errors = await asyncio.gather(*(error_of(rows.one(number)) for number in range(10)))
    assert {str(each).partition(": ")[2].partition(":")[0] for each in errors} == {"its breaker is open"}
    assert len(socket.paths) <= len(rows.observer.calls) <= 5  # each is told once


async def test_behind_an_open_breaker_a_call_fails_at_once_and_nobody_is_asked(rows_of):
    async with agency_at_a_socket(BROKEN) as socket:
        rows = rows_of(socket)
        await opened(rows, socket)
        started = time.thread_time()
        errors = [await error_of(rows.all()) for _ in range(500)]
        assert (time.thread_time() - started) / 500 < 0.005
    assert {(each.code, each.retry_after, each.reached, each.outcome) for each in errors} == {
        ("AGENCY_UNAVAILABLE", 5, False, Outcome.UNREACHABLE)
    }
    assert {each.reason for each in errors} == {"its breaker is open: answered 500"}
    assert socket.paths == []
    assert rows.observer.refused == ["breaker"] * 500
    assert rows.observer.outcomes == [Outcome.FAILED] * 2
    assert rows.observer.states == [OPEN]


async def test_those_who_wait_when_it_opens_fail_at_once_and_are_not_asked_for(rows_of):
    async with agency_at_a_socket(GOOD) as socket:
        rows = rows_of(socket, concurrency=1)
        await rows.all().fetch()
        socket.says, socket.held = BROKEN, asyncio.Event()
        asking = [asyncio.create_task(error_of(rows.one(number))) for number in range(100)]
        socket.held.set()
        errors = await asyncio.gather(*asking)
    assert sum("breaker is open" in each.reason for each in errors) == 98
    assert len(socket.paths) == 3


async def test_retries_stop_as_soon_as_it_is_open(rows_of):
    async with agency_at_a_socket(BROKEN) as socket:
        error = await error_of(rows_of(socket, retries=5).all())
    assert (error.reason, error.reached, len(socket.paths)) == ("/all: HTTP 500", True, 2)


@pytest.mark.parametrize("how", ["all", "followed"])
@pytest.mark.parametrize("raised", [BadRow("x: not a number"), KeyError("x"), AgencyChanged("agency", "no rows")])
async def test_an_answer_that_is_not_what_was_promised_is_one_failure_wherever_it_is_seen(rows_of, how, raised):
    class Odd(Rows):
        @staticmethod
        def maps(_):
            raise raised.again() if isinstance(raised, AgencyError) else raised

    async with agency_at_a_socket(GOOD) as socket:
        rows = rows_of(socket, Odd)
        for _ in range(2):
            assert (await error_of(getattr(rows, how)())).code == "AGENCY_CHANGED"
        assert rows.observer.outcomes == [Outcome.CHANGED] * 2
        assert (await error_of(getattr(rows, how)())).code == "AGENCY_UNAVAILABLE"
    assert len(socket.paths) == 2


async def test_the_pages_of_one_question_are_each_told_once(rows_of):
    async with agency_at_a_socket(GOOD) as socket:
        rows = rows_of(socket)
        await rows.pages(20).fetch()
        assert rows.observer.calls == [("pages", Outcome.OK, None)] * 20
        socket.says = NOT_JSON
        await error_of(rows.pages(20))
        failed = rows.observer.outcomes[20:]
        assert set(failed) <= {Outcome.CHANGED, Outcome.CANCELLED}  # the first ends the others
        assert 1 <= failed.count(Outcome.CHANGED) <= 4 <= len(failed) <= 6


async def test_questions_of_several_calls_do_not_wait_for_each_other_while_nothing_is_known_of_the_agency(rows_of):
    class Stepwise(Rows):
        @read(ttl=timedelta(minutes=1))
        async def steps(self) -> object:
            return [await self._http.json(Call(path="/page")) for _ in range(3)]

    async with agency_at_a_socket(GOOD) as socket, asyncio.timeout(20):
        rows = rows_of(socket, Stepwise, concurrency=16, timeout=20)
        await asyncio.gather(*(rows.steps().fetch() for _ in range(50)))
    assert len(socket.paths) == len(rows.observer.calls) == 150


async def test_a_time_out_is_the_agencys_and_a_caller_that_leaves_is_not(rows_of):
    async with agency_at_a_socket(None) as socket:
        rows = rows_of(socket, timeout=0.1)
        for _ in range(3):
            asking = asyncio.create_task(rows.all().fetch())
            while len(socket.paths) <= len(rows.observer.calls):
                await asyncio.sleep(0.001)
            asking.cancel()
            await asyncio.wait([asking])
        assert rows.observer.outcomes == [Outcome.CANCELLED] * 3
        assert rows.observer.states == []
        errors = [await error_of(rows.all()) for _ in range(3)]
    assert [each.outcome for each in errors] == [Outcome.TIMEOUT, Outcome.TIMEOUT, Outcome.UNREACHABLE]
    assert [each.reason for each in errors] == ["all: no answer within 0.1 s"] * 2 + [
        "its breaker is open: no answer within 0.1 s"
    ]
    assert rows.observer.calls[3:] == [("all", Outcome.TIMEOUT, "no answer within 0.1 s")] * 2


async def test_kept_connections_that_have_died_cost_nobody_an_answer(rows_of):
    """The agency resets each connection with its second request, before it looks at it."""

    async def talk(reader, writer):
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            await reader.readuntil(b"\r\n\r\n")
            writer.write(GOOD)
            await reader.readuntil(b"\r\n\r\n")
        writer.transport.abort()

    server = await asyncio.start_server(talk, "127.0.0.1", 0)
    socket = Socket(GOOD)
    socket.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    rows = rows_of(socket, concurrency=8)
    for _ in range(4):
        assert await together(rows.one(number).fetch() for number in range(8))
    assert rows.observer.outcomes == [Outcome.OK] * 32
    assert rows.observer.states == []
    await rows.aclose()
    server.close()


async def test_what_the_agency_refuses_never_opens_it(rows_of):
    async with agency_at_a_socket(answer(403)) as socket:
        rows = rows_of(socket)
        for status, kind in [
            (403, AgencyRejected),
            (404, AgencyChanged),
            (410, AgencyChanged),
            (429, AgencyThrottled),
        ] * 3:
            socket.says = answer(status)
            assert type(await error_of(rows.all())) is kind
        assert rows.observer.states == []


class TestProbe:
    async def test_it_is_the_hubs_own_question_and_no_caller_waits_for_it(self, rows_of, clock):
        async with agency_at_a_socket(BROKEN) as socket:
            rows = rows_of(socket)
            await opened(rows, socket)
            clock.advance(timedelta(seconds=6))
            socket.says, socket.held = GOOD, asyncio.Event()
            errors = [await error_of(rows.one(number)) for number in range(20)]  # while the probe is under way
            while not socket.paths:
                await asyncio.sleep(0.001)
            assert {each.retry_after for each in errors} <= {1, 9, 10}
            socket.held.set()
            await rows.throttle.prober.ended()
            assert socket.paths == ["/all"]
            assert rows.throttle.breaker.state is HALF_OPEN
            await rows.one(7).fetch()
        assert socket.paths == ["/all", "/one?number=7"]
        assert rows.observer.states == [OPEN, HALF_OPEN, CLOSED]

    async def test_one_that_fails_is_not_tried_again_before_a_longer_rest(self, rows_of, clock):
        async with agency_at_a_socket(BROKEN) as socket:
            rows = rows_of(socket, retries=3)
            await opened(rows, socket)
            asked = []
            for second in range(100):
                clock.advance(timedelta(seconds=1))
                await error_of(rows.one(1))
                await rows.throttle.prober.ended()
                if len(socket.paths) > len(asked):
                    asked.append(second)
        between = [later - earlier for earlier, later in itertools.pairwise(asked)]
        assert 3 <= asked[0] <= 5
        assert all(
            low <= each <= high
            for each, (low, high) in zip(between, [(8, 11), (16, 21), (24, 31), (24, 31)], strict=False)
        )
        assert rows.observer.states == [OPEN]

    async def test_without_any_caller_it_closes_within_35_seconds_of_recovery(self, rows_of):
        """With the clock of the machine, made a hundred times faster."""

        class Fast(FakeClock):
            def monotonic(self):
                return time.monotonic() * 100

        async with agency_at_a_socket(BROKEN) as socket:
            rows = rows_of(socket)
            rows.throttle.breaker._now = rows.throttle.prober._now = Fast().monotonic
            await opened(rows, socket)
            while len(socket.paths) < 2:
                rows.throttle.prober.wake()
                await asyncio.sleep(0.005)
            socket.says, recovered = GOOD, Fast().monotonic()
            async with asyncio.timeout(10):
                while rows.throttle.breaker.state is not CLOSED:
                    rows.throttle.prober.wake()  # as its timer does, whose time does not pass faster
                    await asyncio.sleep(0.001)
        assert Fast().monotonic() - recovered < 35 + 10
        assert rows.observer.states == [OPEN, HALF_OPEN, CLOSED]

    async def test_its_timer_begins_it(self, rows_of, clock, monkeypatch):
        later = []
        async with agency_at_a_socket(BROKEN) as socket:
            rows = rows_of(socket)
            loop = asyncio.get_running_loop()
            real = loop.call_later
            monkeypatch.setattr(
                loop, "call_later", lambda delay, call, *given: later.append((delay, call)) or real(delay, call, *given)
            )
            await opened(rows, socket)
            (delay, wake), *_ = [each for each in later if each[1] == rows.throttle.prober._ring]
            assert 4 <= delay <= 5
            clock.advance(timedelta(seconds=delay + 1))
            wake()
            await rows.throttle.prober.ended()
        assert socket.paths == ["/all"]

    async def test_of_a_feed_it_asks_for_one_batch(self, rows_of):
        class Followed(Rows):
            def probe(self):
                return self.followed()

        async with agency_at_a_socket(BROKEN) as socket:
            rows = rows_of(socket, Followed)
            await opened(rows, socket)
            socket.says = GOOD
            await probed(rows)
        assert socket.paths == ["/feed", "/feed"]
        assert rows.throttle.breaker.state is CLOSED

    async def test_none_outlives_its_connector_and_calls_still_find_their_way(self, rows_of, clock):
        async with agency_at_a_socket(BROKEN) as socket:
            rows = rows_of(socket)
            await opened(rows, socket)
            socket.says = None
            clock.advance(timedelta(seconds=6))
            await error_of(rows.all())
            while not socket.paths:
                await asyncio.sleep(0.001)
            others = asyncio.all_tasks()
            await rows.aclose()
            assert rows.throttle.prober._task.done()
            assert rows.throttle.prober._task in others
            gc.collect()
            socket.says = GOOD
            clock.advance(timedelta(seconds=60))
            await rows.all().fetch()
        assert rows.throttle.breaker.state is CLOSED


@pytest.mark.parametrize("scarce", ["seats", "calls of a minute"])
async def test_a_partners_flood_starves_nobody(rows_of, clock, scarce):
    """A thousand calls of a partner wait and no more may, then ten citizens come and one emergency."""
    async with agency_at_a_socket(GOOD) as socket, asyncio.timeout(30):
        limits = {"concurrency": 2} if scarce == "seats" else {"concurrency": 1, "per_minute": 60}
        rows = rows_of(socket, timeout=20, **limits)
        await rows.all().fetch()
        socket.held = asyncio.Event()
        answers = []

        async def ask(urgency, number):
            URGENCY.set(urgency)
            try:
                await rows.one(number).fetch()
            except HubThrottled as error:
                return error
            answers.append(urgency)
            return None

        flood = [asyncio.create_task(ask(Urgency.PARTNER, number)) for number in range(1100)]
        while len(socket.paths) < 1 + limits["concurrency"]:
            await asyncio.sleep(0.001)
        if scarce == "calls of a minute":
            rows.throttle._turns._tokens = 0
        others = [asyncio.create_task(ask(Urgency.CITIZEN, number)) for number in range(2000, 2010)]
        others.append(asyncio.create_task(ask(Urgency.EMERGENCY, 3000)))
        await asyncio.sleep(0)
        socket.held.set()
        while not all(task.done() for task in others):
            await asyncio.sleep(0.001)
            if scarce == "calls of a minute":
                clock.advance(timedelta(seconds=1))
                rows.throttle._turns.call_next()
        last = max(at for at, urgency in enumerate(answers) if urgency is not Urgency.PARTNER)
        before = answers[:last].count(Urgency.PARTNER)
        for task in flood:
            task.cancel()
        refused = [
            each for each in await asyncio.gather(*flood, return_exceptions=True) if isinstance(each, HubThrottled)
        ]
    assert before <= limits["concurrency"] + 6  # two citizens to one partner
    assert answers.index(Urgency.EMERGENCY) <= limits["concurrency"] + 2
    assert len(refused) == 1100 - 1000 - limits["concurrency"]
    assert {each.retry_after for each in refused} == {20}
    assert rows.observer.refused == ["queue"] * len(refused)


async def test_who_waited_too_long_for_a_turn_was_not_refused_by_the_agency(rows_of):
    async with agency_at_a_socket(GOOD) as socket:
        rows = rows_of(socket, per_minute=1, timeout=0.1)
        await rows.all().fetch()
        error = await error_of(rows.all())
        assert (error.code, error.reached) == ("HUB_THROTTLED", False)
        assert (rows.observer.refused, rows.observer.outcomes) == (["queue"], [Outcome.OK])
        leaving = asyncio.create_task(rows.all().fetch())
        await asyncio.sleep(0)
        leaving.cancel()
        await asyncio.wait([leaving])
    assert rows.observer.refused == ["queue"]
    assert not any(rows.throttle._turns._lines.values())
