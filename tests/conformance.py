"""What every connector has to bear, by one line: `TestConformance = conformance(Aplicares)`.

For each of its reads and feeds there is a recording; it is played whole, and then through the whole matrix of failures.
"""

import copy
import re
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web
from structlog.testing import capture_logs

from connectors.kit.agency import Limits
from connectors.kit.connector import AnyConnector
from connectors.kit.errors import AgencyChanged, AgencyError, AgencyRejected, AgencyThrottled, AgencyUnavailable
from connectors.kit.feed import Feed, names_of_feeds
from connectors.kit.read import Read, names_of_reads
from tests import mutation
from tests.breakers import never_opens
from tests.playback import Player, Recording, arguments, connect, playing, recording

CLASS = re.compile(r"\w+(?:Error|Exception)\b")
HTML = "<html><h1>Sedang pemeliharaan</h1></html>"


class Broken(web.Response):
    """The connection ends without an answer."""

    async def prepare(self, request: web.BaseRequest) -> None:
        assert request.transport
        request.transport.abort()


class Setting:
    """One connector against one player."""

    def __init__(self, kind: type[AnyConnector], read: str, player: Player) -> None:
        self.kind, self.name, self.player = kind, read, player
        self.connectors: list[AnyConnector] = []

    @property
    def played(self) -> Recording:
        return self.player.played

    @property
    def findings(self) -> dict[str, int]:
        return self.connectors[-1].findings.counts

    def read(self, **agency: Any) -> Read[Any] | Feed[Any]:
        url = agency.pop("url", self.player.url)
        connector = connect(self.kind, self.played, url, **agency)
        self.connectors.append(connector)
        return getattr(connector, self.name)(*arguments(self.played))

    async def error(self, **agency: Any) -> AgencyError:
        with pytest.raises(AgencyError) as raised:
            await self.read(**agency).fetch()
        assert raised.value.agency == "agency"
        assert not CLASS.search(raised.value.reason)  # an operator acts on words
        return raised.value

    async def records(self, **agency: Any) -> Any:
        return (await self.read(**agency).fetch()).records

    async def is_refused(self, body: str) -> None:
        """The body is taken for a change, unless the protocol says that it means no rows."""
        if body in self.played.empty:
            assert await self.records() == ()
        else:
            assert type(await self.error()) is AgencyChanged


def conformance(kind: type[AnyConnector]) -> type:  # noqa: C901
    """The suite for one connector."""
    reads = names_of_reads(kind) + names_of_feeds(kind)
    whole = {read: recording(kind, read) for read in reads}
    keys = [(read, key) for read in reads for key in whole[read].mandatory]
    optional = [(read, key) for read in reads for key in whole[read].optional]

    class Conformance:
        @pytest.fixture
        async def at(self, request: pytest.FixtureRequest) -> AsyncIterator[Setting]:
            read = request.node.callspec.params["read"]
            async with playing(whole[read]) as player:
                setting = Setting(kind, read, player)
                yield setting
                for connector in setting.connectors:
                    await connector.aclose()

        @pytest.mark.parametrize("read", reads)
        async def test_a_whole_answer_is_mapped_without_a_finding(self, at, read):
            assert await at.records()
            assert at.findings == {}
            assert at.player.hits == len(at.played.exchanges)

        @pytest.mark.parametrize("read", reads[:1])
        async def test_its_probe_is_a_question_that_it_declares(self, at, read):
            at.read()
            assert at.connectors[-1].probe().name in reads
            assert at.player.hits == 0

        @pytest.mark.parametrize("read", reads)
        async def test_silence_ends_at_the_time_limit(self, at, read):
            at.player.silent.clear()
            assert type(await at.error(limits=Limits(timeout=0.2))) is AgencyUnavailable
            assert at.player.hits == 1

        @pytest.mark.parametrize("read", reads)
        async def test_a_refused_connection_is_unavailable(self, at, read):
            error = await at.error(url="http://127.0.0.1:1", limits=Limits(retries=0))
            assert type(error) is AgencyUnavailable

        @pytest.mark.parametrize("read", reads)
        async def test_a_connection_that_breaks_is_tried_again_until_the_breaker_opens(self, at, read):
            at.player.always = Broken
            assert type(await at.error(limits=Limits(retries=2, retry_wait=0.001))) is AgencyUnavailable
            assert at.player.hits == 2

        @pytest.mark.parametrize("read", reads)
        async def test_a_passing_503_is_tried_again(self, at, read):
            at.player.first = [web.Response(status=503)]
            assert await at.records()
            assert at.player.hits == 1 + len(at.played.exchanges)

        @pytest.mark.parametrize("read", reads)
        async def test_a_lasting_503_is_tried_again_until_the_breaker_opens(self, at, read):
            at.player.always = lambda: web.Response(status=503)
            assert type(await at.error(limits=Limits(retries=2, retry_wait=0.001))) is AgencyUnavailable
            assert at.player.hits == 2

        @pytest.mark.parametrize("read", reads)
        async def test_429_beyond_the_time_limit_is_throttled_at_once_and_shuts_the_door(self, at, read):
            at.player.always = lambda: web.Response(status=429, headers={"Retry-After": "30"})
            asked = at.read()
            for _ in range(2):
                with pytest.raises(AgencyThrottled) as raised:
                    await asked.fetch()
                assert raised.value.retry_after == pytest.approx(30, abs=5)
            assert at.player.hits == 1

        @pytest.mark.parametrize("read", reads)
        async def test_429_within_the_time_limit_is_waited_for(self, at, read):
            at.player.first = [web.Response(status=429, headers={"Retry-After": "0"})]
            assert await at.records()
            assert at.player.hits == 1 + len(at.played.exchanges)

        @pytest.mark.parametrize("read", reads)
        async def test_401_is_rejected_without_a_retry(self, at, read):
            at.player.always = lambda: web.json_response({}, status=401)
            error = await at.error()
            assert (error.code, error.retryable, error.stale_allowed) == ("AGENCY_REJECTED", False, False)
            assert isinstance(error, AgencyRejected)
            assert at.player.hits == 1

        @pytest.mark.parametrize("read", reads)
        @pytest.mark.parametrize("status", [302, 404, 410])
        async def test_a_status_that_was_not_promised_is_a_change(self, at, read, status):
            at.player.always = lambda: web.Response(status=status, headers={"Location": "/elsewhere"})
            if status in at.played.absent:
                assert await at.records() is None
            else:
                assert type(await at.error()) is AgencyChanged
            assert at.player.hits == 1

        @pytest.mark.parametrize("read", reads)
        async def test_html_under_200_is_a_change(self, at, read):
            at.player.always = lambda: web.Response(text=HTML, content_type="text/html")
            assert type(await at.error()) is AgencyChanged
            assert at.player.hits == 1

        @pytest.mark.parametrize("read", reads)
        @pytest.mark.parametrize("body", ["", "{", '{"metadata": {"code": 1', "\xff", "0 results"])
        async def test_what_cannot_be_read_is_a_change(self, at, read, body):
            at.player.always = lambda: web.Response(body=body.encode("latin-1"), content_type=at.played.media)
            await at.is_refused(body)
            assert at.player.hits == 1

        @pytest.mark.parametrize("read", reads)
        @pytest.mark.parametrize("body", ["null", "[]", "5", '"text"', "{}", '{"result": [], "metadata": []}'])
        async def test_json_of_another_shape_is_a_change(self, at, read, body):
            at.player.always = lambda: web.Response(text=body, content_type="application/json")
            await at.is_refused(body)

        @pytest.mark.parametrize("read", reads)
        async def test_half_of_an_answer_is_a_change(self, at, read):
            body = at.played.answer(at.played.exchanges[0]).body
            at.player.always = lambda: web.Response(body=body[: len(body) // 2], content_type=at.played.media)
            assert type(await at.error()) is AgencyChanged

        @pytest.mark.parametrize("read", reads)
        @pytest.mark.parametrize("rows", ["text", 5, True, [5], ["text"], [None]])
        async def test_rows_of_another_type_are_a_change(self, at, read, rows):
            at.player.played = at.played.damaged(lambda _: rows)
            assert type(await at.error()) is AgencyChanged

        @pytest.mark.parametrize(("read", "key"), keys)
        async def test_without_a_mandatory_key_it_is_a_change(self, at, read, key):
            at.player.played = at.played.damaged(lambda rows: _without(rows, key, all_of_them=True))
            assert type(await at.error()) is AgencyChanged

        @pytest.mark.parametrize(("read", "key"), [each for each in keys if _is_list(whole[each[0]])])
        async def test_one_row_without_a_mandatory_key_is_set_aside(self, at, read, key):
            everything = len(await at.records())
            at.player.played = at.played.damaged(lambda rows: _without(rows, key, all_of_them=False), pages=1)
            assert len(await at.records()) == everything - 1
            assert sum(at.findings.values()) == 1

        @pytest.mark.parametrize(("read", "key"), optional)
        async def test_without_an_optional_key_it_is_still_an_answer(self, at, read, key):
            at.player.played = at.played.damaged(lambda rows: _without(rows, key, all_of_them=True))
            assert await at.records()

        @pytest.mark.parametrize("read", reads)
        async def test_a_key_that_nobody_knows_is_a_finding_and_no_outage(self, at, read):
            before = await at.records()
            at.player.played = at.played.damaged(_with_another_key)
            assert await at.records() == before
            assert set(at.findings) == (set() if at.played.carries_more else {"unheard_of: unexpected key"})

        @pytest.mark.parametrize("read", [read for read in reads if _is_list(whole[read])])
        async def test_fewer_rows_than_the_floor_are_a_change(self, at, read):
            count = len(await at.records())
            assert len(await at.records(at_least={read: count})) == count
            assert type(await at.error(at_least={read: count + 1})) is AgencyChanged

        @pytest.mark.parametrize("read", reads)
        async def test_an_answer_that_is_too_large_is_a_change(self, at, read):
            assert type(await at.error(limits=Limits(max_bytes=10, timeout=20))) is AgencyChanged
            assert at.player.hits == 1

        @pytest.mark.parametrize("read", reads)
        async def test_an_odd_value_costs_its_own_row_or_is_a_coded_error(self, at, read):
            escapes, tried = await _escapes(at, of_a_kind=1)
            assert not escapes, f"{len(escapes)} of {tried}: {escapes[:20]}"

        @pytest.mark.soak
        @pytest.mark.parametrize("read", reads)
        async def test_an_odd_value_in_any_row_costs_that_row_or_is_a_coded_error(self, at, read):
            escapes, tried = await _escapes(at, of_a_kind=None)
            print(f"{kind.__name__}.{read}: {tried} answers")
            assert not escapes, f"{len(escapes)} of {tried}: {escapes[:20]}"

        @pytest.mark.parametrize("read", reads)
        async def test_no_credential_and_no_argument_reaches_log_or_error(self, at, read):
            at.player.first = [web.Response(status=503), web.Response(status=401)]
            with capture_logs() as lines:
                error = await at.error()
            said = f"{lines} {error!r} {at.connectors[-1].__dict__}"
            secrets = [
                *at.played.credentials.values(),
                *(text for text in at.played.arguments if isinstance(text, str)),
            ]
            assert [line["event"] for line in lines if line["event"] == "agency.call"] == ["agency.call"] * 2
            assert not [secret for secret in secrets if secret in said]

    return Conformance


async def _escapes(at: Setting, *, of_a_kind: int | None) -> tuple[list[str], int]:
    """What came of odd values and must not: an error of ours, lost rows beside the odd one, what cannot be answered."""
    whole, escapes, tried = at.played, [], 0
    asked = at.read()
    never_opens(at.connectors[-1])
    everything = (await asked.fetch()).records
    for number, exchange in enumerate(whole.exchanges):
        for at_place, place in enumerate(mutation.places(exchange.answer, of_a_kind=of_a_kind)):
            others = await _others(at, asked, whole, number, place)
            beside = mutation.independent(everything, others)
            for odd in mutation.one_in_three(mutation.ODD, at_place) if of_a_kind else mutation.ODD:
                tried += 1
                at.player.played = mutation.with_answer(whole, number, mutation.with_value(exchange.answer, place, odd))
                wrong = await mutation.wrong(asked, beside)
                if wrong:
                    where = ".".join(map(str, place))
                    escapes.append(f"{number}:{where} = {mutation.shown(odd)}: {wrong}")
    return escapes, tried


async def _others(
    at: Setting, asked: Read[Any] | Feed[Any], whole: Recording, number: int, place: mutation.Path
) -> tuple[Any, ...]:
    """The records that come where the odd row is left out."""
    depth = len(whole.rows)
    if place[:depth] != tuple(whole.rows) or len(place) <= depth or not isinstance(place[depth], int):
        return ()
    copied = copy.deepcopy(whole.exchanges[number].answer)
    rows = copied
    for step in whole.rows:
        rows = rows[step]
    if len(rows) < 2:
        return ()
    del rows[place[depth]]
    at.player.played = mutation.with_answer(whole, number, copied)
    try:
        found = (await asked.fetch()).records
    except AgencyError:  # this row is what the answer is known by
        return ()
    return found if isinstance(found, tuple) else ()


def _is_list(played: Recording) -> bool:
    at = played.exchanges[0].answer
    for step in played.rows:
        at = at[step]
    return isinstance(at, list)


def _without(rows: Any, key: str, *, all_of_them: bool) -> Any:
    *outer, inner = key.split(".")
    for row in rows if isinstance(rows, list) else [rows]:
        at = row
        for step in outer:
            at = at[step]
        at.pop(inner)
        if not all_of_them:
            break
    return rows


def _with_another_key(rows: Any) -> Any:
    for row in rows if isinstance(rows, list) else [rows]:
        row["unheard_of"] = 1
    return rows
