"""The boundary around an agency: records, or an `AgencyError` that says nothing of a value."""

from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from connectors.kit.agency import Agency
from connectors.kit.command import command
from connectors.kit.connector import Connector, Credentials, Options
from connectors.kit.errors import AgencyChanged, AgencyRejected
from connectors.kit.feed import Batch, feed
from connectors.kit.read import read
from connectors.kit.values import BadRow
from tests.clock import FakeClock

SECRET = "9907400101900001"

FAULTS = [
    KeyError(SECRET), ValueError(SECRET), OverflowError(SECRET), TypeError(SECRET), RecursionError(SECRET), AttributeError(SECRET),
    UnicodeEncodeError("utf-8", SECRET, 0, 1, SECRET), ZeroDivisionError(SECRET), AssertionError(SECRET),
]  # fmt: skip


class Things(Connector[Options, Credentials]):
    domain, protocol = "things", "things"
    raised: BaseException = ValueError()
    late = False

    def probe(self):
        return self.read()

    @read(ttl=timedelta(minutes=1), changed=lambda _: Things.fail_late())
    async def read(self) -> tuple[int, ...]:
        if not Things.late:
            raise self.raised
        return (1,)

    @classmethod
    def fail_late(cls):
        raise cls.raised

    @feed(interval=timedelta(minutes=1), stale=timedelta(minutes=1))
    async def feed(self, position):
        yield Batch(records=(("1", 1),))
        raise self.raised

    @command
    async def act(self) -> int:
        raise self.raised

    async def ask(self, how):
        match how:
            case "feed":
                return [batch async for batch in self.feed().follow(None)]
            case "act":
                return await self.act().execute()
            case _:
                Things.late = how == "changed"
                return await self.read().fetch()


@pytest.fixture
def things():
    agency = Agency(code="agency", domain="things", connector="things", name="A", url="http://127.0.0.1")
    return Things(agency, Options(), Credentials(), clock=FakeClock(), zone=None)


@pytest.mark.parametrize("how", ["read", "changed", "feed", "act"])
@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: type(fault).__name__)
async def test_whatever_a_connector_raises_is_a_change_of_the_agency_that_tells_no_value(
    things, monkeypatch, how, fault
):
    monkeypatch.setattr(Things, "raised", fault)
    with capture_logs() as lines, pytest.raises(AgencyChanged) as raised:
        await things.ask(how)
    assert raised.value.agency == "agency"
    assert ": the hub could not read this: " in raised.value.reason
    assert type(fault).__name__ not in f"{lines} {raised.value.reason}"
    assert [line["event"] for line in lines] == ["agency.unreadable", "agency.finding"]
    assert any("test_boundary.py" in frame for frame in lines[0]["frames"])
    assert len(things.findings.counts) == 1
    assert SECRET not in f"{lines} {raised.value!r}"


@pytest.mark.parametrize("how", ["read", "feed", "act"])
async def test_a_bad_row_outside_the_rows_is_a_change_and_a_finding(things, monkeypatch, how):
    monkeypatch.setattr(Things, "raised", BadRow("total: not a whole number"))
    with pytest.raises(AgencyChanged, match="total: not a whole number"):
        await things.ask(how)
    assert things.findings.counts == {f"{how}: total: not a whole number": 1}


@pytest.mark.parametrize("how", ["read", "feed", "act"])
async def test_an_error_of_the_agency_passes_as_it_is(things, monkeypatch, how):
    error = AgencyRejected("agency", "refused")
    monkeypatch.setattr(Things, "raised", error)
    with pytest.raises(AgencyRejected) as raised:
        await things.ask(how)
    assert raised.value is error
    assert things.findings.counts == {}


@pytest.mark.parametrize("how", ["read", "feed", "act"])
async def test_of_several_calls_at_once_the_agencys_own_error_is_told(things, monkeypatch, how):
    inner = AgencyRejected("agency", "refused")
    monkeypatch.setattr(Things, "raised", ExceptionGroup("calls", [ValueError(), ExceptionGroup("more", [inner])]))
    with pytest.raises(AgencyRejected):
        await things.ask(how)


@pytest.mark.parametrize("how", ["read", "feed", "act"])
async def test_who_leaves_is_no_fault(things, monkeypatch, how):
    monkeypatch.setattr(Things, "raised", KeyboardInterrupt())
    with pytest.raises(KeyboardInterrupt):
        await things.ask(how)
    assert things.findings.counts == {}
