"""What every command has to bear, by one line: `TestSending = command_conformance(Open311, "send", lambda each: …)`.

A command is executed at an agency, so it is never repeated by itself, and its failure says whether it may have been.
"""

from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from aiohttp import web
from structlog.testing import capture_logs

from connectors.kit.agency import Limits
from connectors.kit.command import Command
from connectors.kit.connector import AnyConnector
from connectors.kit.errors import AgencyChanged, AgencyError, AgencyRejected, AgencyThrottled, AgencyUnavailable
from tests import mutation
from tests.conformance import HTML, Broken
from tests.playback import Player, connect, playing, recording


class Setting:
    """One connector against one player."""

    def __init__(self, kind: type[AnyConnector], prepare: Callable[[Any], Command[Any]], player: Player) -> None:
        self._kind, self._prepare, self.player = kind, prepare, player
        self.connectors: list[AnyConnector] = []

    async def execute(self, *, url: str | None = None, **limits: Any) -> Any:
        limits = {"timeout": 5, "retries": 2, "retry_wait": 0.001, **limits}
        connector = connect(self._kind, self.player.played, url or self.player.url, limits=Limits(**limits))
        self.connectors.append(connector)
        return (await self._prepare(connector).execute()).records

    async def error(self, **limits: Any) -> AgencyError:
        with pytest.raises(AgencyError) as raised:
            await self.execute(**limits)
        return raised.value


def command_conformance(  # noqa: C901
    kind: type[AnyConnector],
    name: str,
    prepare: Callable[[Any], Command[Any]],
    *,
    personal: tuple[str, ...] = (),
    asks: bool = False,
    absent: Any = ...,
    empty: Any = ...,
) -> type:
    """The suite for one command. `personal`: texts of its arguments. `asks`: it changes nothing, so it may be repeated.

    `absent`: what it answers where the agency has no such thing; `empty`: where a list has nothing.
    """
    whole = recording(kind, name)
    tries = 2 if asks else 1  # then the breaker is open

    class Conformance:
        @pytest.fixture
        async def at(self) -> AsyncIterator[Setting]:
            async with playing(whole) as player:
                setting = Setting(kind, prepare, player)
                yield setting
                for connector in setting.connectors:
                    await connector.aclose()

        async def test_a_whole_answer_is_read_without_a_finding(self, at):
            assert await at.execute()
            assert (at.player.hits, at.connectors[-1].findings.counts) == (len(whole.exchanges), {})

        async def test_silence_ends_at_the_time_limit_and_nobody_knows(self, at):
            at.player.silent.clear()
            error = await at.error(timeout=0.2)
            assert (type(error), error.reached, at.player.hits) == (AgencyUnavailable, True, 1)

        async def test_after_a_refused_connection_nothing_was_sent(self, at):
            error = await at.error(url="http://127.0.0.1:1", retries=0)
            assert (type(error), error.reached) == (AgencyUnavailable, False)

        async def test_after_a_connection_that_breaks_nobody_knows(self, at):
            at.player.always = Broken
            error = await at.error()
            assert (type(error), error.reached, at.player.hits) == (AgencyUnavailable, True, tries)

        async def test_a_503_is_unavailable(self, at):
            at.player.always = lambda: web.Response(status=503)
            error = await at.error()
            assert (type(error), error.reached, at.player.hits) == (AgencyUnavailable, True, tries)

        async def test_429_is_throttled(self, at):
            at.player.always = lambda: web.Response(status=429, headers={"Retry-After": "30"})
            assert (type(await at.error()), at.player.hits) == (AgencyThrottled, 1)

        @pytest.mark.parametrize("status", [401, 403])
        async def test_who_is_not_let_in_is_rejected(self, at, status):
            at.player.always = lambda: web.json_response({}, status=status)
            assert isinstance(await at.error(), AgencyRejected)
            assert at.player.hits == 1

        @pytest.mark.parametrize("status", [302, 404, 410])
        async def test_a_status_that_was_not_promised_is_a_change(self, at, status):
            at.player.always = lambda: web.Response(status=status, headers={"Location": "/elsewhere"})
            if status == 404 and absent is not ...:
                assert await at.execute() == absent
            else:
                assert type(await at.error()) is AgencyChanged
            assert at.player.hits == 1

        @pytest.mark.parametrize(
            "body", ["", "{", "\xff", "0 results", "null", "5", '"text"', "{}", "[]", '{"result": [], "metadata": []}']
        )
        async def test_what_cannot_be_read_is_a_change(self, at, body):
            at.player.always = lambda: web.Response(body=body.encode("latin-1"), content_type=whole.media)
            if body == "[]" and whole.written == "json" and empty is not ...:
                assert await at.execute() == empty
            else:
                assert type(await at.error()) is AgencyChanged
            assert at.player.hits == 1

        async def test_html_is_a_change(self, at):
            at.player.always = lambda: web.Response(text=HTML, content_type="text/html")
            assert (type(await at.error()), at.player.hits) == (AgencyChanged, 1)

        async def test_half_of_an_answer_is_a_change(self, at):
            body = whole.answer(whole.exchanges[0]).body
            at.player.always = lambda: web.Response(body=body[: len(body) // 2], content_type=whole.media)
            assert (type(await at.error()), at.player.hits) == (AgencyChanged, 1)

        async def test_an_answer_that_is_too_large_is_a_change(self, at):
            assert (type(await at.error(max_bytes=10)), at.player.hits) == (AgencyChanged, 1)

        async def test_an_odd_value_is_read_or_a_coded_error(self, at):
            escapes = []
            for number, exchange in enumerate(whole.exchanges):
                for at_place, place in enumerate(mutation.places(exchange.answer, of_a_kind=1)):
                    for odd in mutation.one_in_three(mutation.ODD, at_place):
                        answer = mutation.with_value(exchange.answer, place, odd)
                        at.player.played = mutation.with_answer(whole, number, answer)
                        if wrong := await _wrong(at):
                            escapes.append(f"{place} = {mutation.shown(odd)}: {wrong}")
            assert not escapes, escapes[:20]

        async def test_no_credential_and_nothing_personal_reaches_log_or_error(self, at):
            at.player.first = [web.Response(status=503) for _ in range(tries)]
            with capture_logs() as lines:
                failed = await at.error()
                await at.execute()
            said = f"{lines} {failed!r} {[each.__dict__ for each in at.connectors]} {prepare(at.connectors[-1])!r}"
            assert [line["event"] for line in lines if line["event"] == "agency.call"]
            assert not [secret for secret in (*whole.credentials.values(), *personal) if secret in said]

    return Conformance


async def _wrong(at: Setting) -> str | None:
    with capture_logs() as lines:
        try:
            records = await at.execute()
        except AgencyError:
            records = None
        except Exception as error:  # noqa: BLE001  whatever leaves a connector is what is looked for
            return f"{type(error).__name__} left the connector"
        finally:
            await at.connectors.pop().aclose()
    if broken := next((line for line in lines if "frames" in line), None):
        return f"{broken['error']} {broken['frames'][-1]}"
    return mutation.cannot_be_answered(records)
