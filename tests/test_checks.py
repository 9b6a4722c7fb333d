"""What every record promises: each kind that a read or feed of any domain gives has its checks, and each check holds."""

from collections.abc import AsyncGenerator
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from typing import Any, ClassVar, get_args, get_type_hints
from zoneinfo import ZoneInfo

import msgspec
import pytest

from connectors.kit.agency import Agency
from connectors.kit.checks import AHEAD, declared_of
from connectors.kit.connector import Connector, Credentials, Options
from connectors.kit.errors import AgencyChanged
from connectors.kit.feed import Batch, Feed, feed, names_of_feeds
from connectors.kit.findings import FindingKind
from connectors.kit.read import Read, names_of_reads, read
from connectors.kit.reading import NEVER_KEPT
from connectors.prices.records import PricePoint, PriceSeries
from connectors.registry import CONNECTORS
from tests.clock import NOON, FakeClock

NUMBERS_AND_DATES = (int, float, Decimal, date, datetime)
IDENTIFIERS = {"code", "key", "reference", "identifier", "uid"}
PAST = datetime(2020, 1, 1, tzinfo=UTC)
TEXTS = ("a", "99.07.01.1001", "3" * 16, "3" * 18)
NUMBERS = (1, 100, 1600, 2000)


def structs(annotation: Any) -> set[type]:
    """The records that an annotation names, and those inside them."""
    if not (isinstance(annotation, type) and issubclass(annotation, msgspec.Struct)):
        return {kind for each in get_args(annotation) for kind in structs(each)}
    fields = msgspec.structs.fields(annotation)
    return {annotation} | {kind for each in fields if each.type is not annotation for kind in structs(each.type)}


def record_kinds() -> list[type]:
    kinds: set[type] = set()
    for connector in CONNECTORS:
        for name in names_of_reads(connector) + names_of_feeds(connector):
            returned = get_type_hints(getattr(connector, name))["return"]
            if name in names_of_feeds(connector):
                (returned,) = get_args(get_args(returned)[0])
            kinds |= structs(returned)
    return sorted(kinds, key=lambda kind: kind.__name__)


KINDS = record_kinds()


def plain(annotation: Any) -> list[Any]:
    return [each for each in get_args(annotation) or (annotation,) if each is not type(None)]


def needs_check(field: msgspec.structs.FieldInfo) -> bool:
    return field.name in IDENTIFIERS or any(kind in NUMBERS_AND_DATES for kind in plain(field.type))


def whole(kind: type) -> Any:
    """A record of this kind that breaks nothing."""
    return kind(**{field.name: fitting(kind, field, at) for at, field in enumerate(msgspec.structs.fields(kind))})


def fitting(kind: type, field: msgspec.structs.FieldInfo, at: int) -> Any:
    wanted = plain(field.type)[0]
    checks = [check for check in declared_of(kind).checks if check.fields == (field.name,)]
    for value in candidates(wanted, at):
        holder = type("Holder", (), {field.name: value})
        if all(check.holds(holder, NOON) for check in checks):
            return value
    raise AssertionError(f"{kind.__name__}.{field.name}: nothing fits")


def candidates(wanted: Any, at: int) -> list[Any]:
    if not isinstance(wanted, type) or wanted is tuple:
        return [()]
    if issubclass(wanted, msgspec.Struct):
        return [whole(wanted)]
    if issubclass(wanted, Enum):
        return [next(iter(wanted))]
    of = {bool: [False], str: TEXTS, datetime: [PAST], date: [PAST.date()], time: [time(at)], tuple: [()]}
    return list(of.get(wanted) or [wanted(number) for number in NUMBERS])


def broken(record: Any, values: Any) -> Any:
    """The record with these values; for a day, that of a moment."""
    types = {field.name: plain(field.type)[0] for field in msgspec.structs.fields(record)}
    said = {name: value.date() if types[name] is date else value for name, value in values.items()}
    return msgspec.structs.replace(record, **said)


class Spoken(Connector[Options, Credentials]):
    """Says what it is told to."""

    domain: ClassVar[str] = "tests"
    protocol: ClassVar[str] = "spoken"
    said: tuple[Any, ...] = ()

    def probe(self) -> Read[tuple[Any, ...]]:
        return self.rows()

    @read(ttl=NEVER_KEPT)
    async def rows(self) -> tuple[Any, ...]:
        return self.said

    @read(ttl=NEVER_KEPT)
    async def row(self) -> Any:
        return self.said[0]

    @feed(interval=timedelta(hours=1), stale=timedelta(hours=1))
    async def documents(self, position: str | None) -> AsyncGenerator[Batch[Any], None]:
        yield Batch(records=tuple((str(at), each) for at, each in enumerate(self.said)), full=position is None)


def speaker() -> Spoken:
    agency = Agency(code="agency", domain="tests", connector="spoken", name="Agency")
    return Spoken(agency, Options(), Credentials(), clock=FakeClock(), zone=ZoneInfo("Asia/Jakarta"))


@pytest.fixture
def spoken() -> Spoken:
    return speaker()


def test_every_number_date_and_identifier_has_a_check_or_a_reason_for_none():
    assert len(KINDS) > 30
    bare = []
    for kind in KINDS:
        known = declared_of(kind)
        covered = {name for check in known.checks for name in check.fields} | known.free.keys()
        fields = msgspec.structs.fields(kind)
        bare += [f"{kind.__name__}.{each.name}" for each in fields if needs_check(each) and each.name not in covered]
        assert covered <= {each.name for each in fields}, kind
        assert all(len(why) > 10 for why in known.free.values()), kind
    assert bare == []


async def test_a_record_that_breaks_a_check_is_set_aside_and_the_list_lives():
    tried = 0
    for kind in KINDS:
        spoken = speaker()
        for check in declared_of(kind).checks:
            good = whole(kind)
            bad = broken(good, check.broken)
            said = f"row set aside: {check.words}"
            for ask in (spoken.rows, spoken.documents):
                before = spoken.findings.counts.get(said, 0)
                spoken.said = (good, bad)
                assert (await ask().fetch()).records == (good,), (kind, check.words)
                assert spoken.findings.counts[said] == before + 1, (kind, check.words)
            spoken.said = (bad, bad)
            for ask in (spoken.rows, spoken.documents, spoken.row):
                with pytest.raises(AgencyChanged):
                    await ask().fetch()
            tried += 1
            found = {finding.kind for finding in spoken.findings.all}
            assert found == {FindingKind.BAD_ROW, FindingKind.DRIFT}  # an answer of which nothing is left is a drift
    assert tried > 100


async def test_a_bad_record_inside_a_list_costs_itself_and_a_list_of_bad_ones_the_record(spoken):
    dear, free, to_come = PricePoint(NOON.date(), 14_000), PricePoint(NOON.date(), 0), PricePoint(date(2027, 1, 1), 9)
    rice, oil = (PriceSeries(commodity=name, points=(dear, free, to_come)) for name in ("rice", "oil"))
    spoken.said = (rice, msgspec.structs.replace(oil, points=(free,)))
    assert (await spoken.rows().fetch()).records == (PriceSeries(commodity="rice", points=(dear,)),)
    assert spoken.findings.counts == {
        "row set aside: amount: not more than 0": 3,
        "row set aside: day: ahead of the clock": 1,
    }


async def test_clocks_may_differ_a_little_and_a_day_may_have_begun_elsewhere(spoken):
    kind = next(kind for kind in KINDS if kind.__name__ == "Room")
    room = whole(kind)
    just, over = (msgspec.structs.replace(room, observed_at=NOON + AHEAD + timedelta(seconds=by)) for by in (0, 1))
    spoken.said = (just, over)
    assert (await spoken.rows().fetch()).records == (just,)
    points = tuple(PricePoint(NOON.date() + timedelta(days=days), 1) for days in (0, 1, 2))
    spoken.said = (PriceSeries(commodity="a", points=points),)
    assert (await spoken.rows().fetch()).records[0].points == points[:2]


async def test_a_pass_of_changes_takes_away_what_was_kept_of_a_bad_record(spoken):
    good = whole(next(kind for kind in KINDS if kind.__name__ == "Slot"))
    spoken.said = (good, msgspec.structs.replace(good, remaining=-1))
    asked: Feed[Any] = spoken.documents()
    (batch,) = [batch async for batch in asked.follow("later")]
    assert (batch.records, batch.deleted) == ((("0", good),), ("1",))
