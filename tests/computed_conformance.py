"""What every connector that asks nobody has to bear, by one line: `TestConformance = computed_conformance(Calculation)`.

For each of its reads there is a file with the options that it answers from; they are taken through the matrix of
mistakes, since nothing else can go wrong with what is computed or configured.
"""

import itertools
import socket
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pytest

from connectors.kit.agency import Agency
from connectors.kit.connector import AnyConnector, Credentials
from connectors.kit.errors import AgencyError
from connectors.kit.read import Read, names_of_reads
from connectors.kit.reading import State
from tests import mutation
from tests.clock import FakeClock
from tests.playback import RECORDED
from tests.profiles import CITY, regions_in


class RecordedOptions(msgspec.Struct, forbid_unknown_fields=True):
    """One read: what it is asked, and from what it answers. Without a `mandatory` option the hub does not start."""

    options: dict[str, Any]
    arguments: list[Any]
    mandatory: list[str]


def recorded(kind: type[AnyConnector], read: str) -> RecordedOptions:
    path = RECORDED / kind.domain / kind.protocol / f"{read}.json"
    return msgspec.json.decode(path.read_bytes(), type=RecordedOptions)


def configured(kind: type[AnyConnector], options: Any, clock: FakeClock) -> AnyConnector:
    """The connector, as `agencies.toml` would make it; raises ValueError where the file would be refused."""
    checked = msgspec.convert(options, kind.options_type)
    if mistakes := [*checked.mistakes({})]:
        raise ValueError(mistakes)
    agency = Agency(code="agency", domain=kind.domain, connector=kind.protocol, name="Agency")
    return kind(agency, checked, Credentials(), clock=clock, zone=ZoneInfo("Asia/Jakarta"), regions=regions_in(CITY))


IN_A_FILE = [odd for odd in mutation.ODD if "\ud83d" not in str(odd)]
"""The odd values that TOML can say: half a surrogate pair stops the reading of the file."""


def computed_conformance(kind: type[AnyConnector]) -> type:  # noqa: C901
    """The suite for one connector."""
    reads = names_of_reads(kind)
    whole = {read: recorded(kind, read) for read in reads}
    keys = [(read, key) for read in reads for key in whole[read].mandatory]

    def asked(read: str, options: Any = None, clock: FakeClock | None = None) -> Read[Any]:
        connector = configured(kind, whole[read].options if options is None else options, clock or FakeClock())
        found: Read[Any] = getattr(connector, read)(*whole[read].arguments)
        return found

    class Conformance:
        def test_it_has_no_address(self):
            assert kind.schemes == ()

        @pytest.mark.parametrize("read", reads)
        async def test_it_asks_nobody(self, read, monkeypatch):
            question = asked(read)

            def refuse(*_: object) -> None:
                raise AssertionError("somebody is asked")

            for way in ("connect", "connect_ex", "sendto"):
                monkeypatch.setattr(socket.socket, way, refuse)
            assert (await question.fetch()).records

        @pytest.mark.parametrize("read", reads)
        async def test_its_answer_is_live_computed_now_and_as_old_as_its_options_and_never_kept(self, read):
            clock = FakeClock()
            question = asked(read, clock=clock)
            reading = await question.fetch()
            assert (reading.state, reading.fetched_at, reading.problem) == (State.LIVE, clock.now(), None)
            assert reading.changed_at is not None
            assert reading.changed_at <= clock.now()
            assert not question.freshness.kept

        @pytest.mark.parametrize("read", reads)
        async def test_the_same_question_has_the_same_answer_which_can_be_encoded(self, read):
            one, two = [(await asked(read).fetch()).records for _ in range(2)]
            assert one == two
            assert msgspec.msgpack.decode(msgspec.msgpack.encode(one), type=asked(read).type) == one

        @pytest.mark.parametrize("read", reads[:1])
        async def test_its_probe_is_a_question_that_it_declares_and_answers(self, read):
            probe = configured(kind, whole[read].options, FakeClock()).probe()
            assert isinstance(probe, Read)
            assert probe.name in reads
            assert (await probe.fetch()).records

        @pytest.mark.parametrize(("read", "key"), keys)
        def test_without_a_mandatory_option_it_does_not_start(self, read, key):
            options = {name: value for name, value in whole[read].options.items() if name != key}
            with pytest.raises(ValueError, match=key):
                configured(kind, options, FakeClock())

        @pytest.mark.parametrize("read", reads)
        def test_an_option_that_nobody_knows_stops_the_start(self, read):
            with pytest.raises(ValueError, match="unheard_of"):
                configured(kind, whole[read].options | {"unheard_of": 1}, FakeClock())

        @pytest.mark.parametrize("read", reads)
        async def test_an_odd_option_stops_the_start_or_is_answered_with(self, read):
            escapes, tried = [], 0
            for place, odd in itertools.product(mutation.places(whole[read].options), IN_A_FILE):
                tried += 1
                try:
                    question = asked(read, mutation.with_value(whole[read].options, place, odd))
                except ValueError:
                    continue
                try:
                    msgspec.json.encode((await question.fetch()).records)
                except (AgencyError, ValueError) as error:
                    escapes.append(f"{'.'.join(map(str, place))} = {mutation.shown(odd)}: {error!r}")
            assert tried > 100
            assert not escapes, f"{len(escapes)} of {tried}: {escapes[:20]}"

    return Conformance
