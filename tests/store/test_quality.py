"""Findings and scorecards in the store: of all hubs together, after a restart, thinned with age, and late if need be."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from structlog.testing import capture_logs

from auth.cover import Cover
from connectors.kit.agency import Agency
from connectors.kit.connector import Connector, Credentials, Options
from connectors.kit.findings import HEARD, MOST, OLD, FindingKind, Interpretation
from connectors.kit.observer import Observers, Outcome
from connectors.kit.reading import State
from connectors.kit.together import together
from connectors.registry import Agencies
from store.kit.database import Database
from store.kit.domains import Surroundings
from store.kit.store import Store
from store.quality.findings import REMEMBERED, KeptFindings
from store.quality.keeper import QualityKeeper
from store.quality.scorecards import Bar, Scorecards, Window
from tests.clock import NOON, FakeClock

AGENCY = Agency(code="a", domain="tests", connector="none", name="A")


class HubOfTests:
    """What of a hub counts and keeps: its agencies' findings, its observers, and its keeper."""

    def __init__(self, database: Database, clock: FakeClock) -> None:
        self.observers, self.store, self.clock = Observers(), Store(database), clock
        connector = Connector[Options, Credentials]
        self.a = connector(AGENCY, Options(), Credentials(), clock=clock, zone=ZoneInfo("UTC"), observer=self.observers)
        self.keeper = QualityKeeper(Surroundings(self.store, Agencies([self.a]), clock, Cover(b""), self.observers))

    def hears(self, *findings: str, about: tuple[object, ...] = (), kind: FindingKind = FindingKind.DRIFT) -> None:
        """A whole answer to the read `rows` shows these findings."""
        heard = Interpretation("rows", about)
        token = HEARD.set(heard)
        for text in findings:
            self.a.findings.note(text, kind)
        HEARD.reset(token)
        heard.keep(1)
        self.a.findings.answered(heard)

    async def kept(self) -> dict[str, tuple[int, bool]]:
        """How often each finding was met, and whether it is open."""
        found = await self.store.of(KeptFindings).of(["a"])
        return {each.text: (each.count, each.open) for each in found.get("a", [])}


@pytest.fixture
def hubs(database, clock):
    """Three processes of the hub that share one store."""
    return [HubOfTests(database, clock) for _ in range(3)]


async def test_findings_are_shared_survive_a_restart_and_close_by_themselves(hubs, clock):
    one, other, restarted = hubs
    with capture_logs() as lines:
        one.hears("x: unexpected key", "x: unexpected key", "y: missing")
        other.hears("y: missing")
        for each in (one, other):
            await each.keeper.round()
    assert [line["event"] for line in lines] == ["agency.drift"] * 3
    assert await one.kept() == {"x: unexpected key": (2, True), "y: missing": (2, True)}
    clock.advance(timedelta(minutes=5))
    with capture_logs() as lines:
        await restarted.keeper.round()
        assert restarted.a.findings.open == 2
        restarted.hears("y: missing")
        restarted.hears("y: missing")
    assert lines == []  # it is open already, and known to be
    assert restarted.a.findings.open == 1
    for each in (restarted, one):
        await each.keeper.round()
    assert await one.kept() == {"x: unexpected key": (2, False), "y: missing": (4, True)}
    assert one.a.findings.open == 1  # what another process has closed is closed here
    with capture_logs() as lines:
        one.hears("x: unexpected key")
    assert [(line["event"], line["log_level"]) for line in lines] == [("agency.drift", "error")]
    await one.keeper.round()
    assert await one.kept() == {"x: unexpected key": (3, True), "y: missing": (4, False)}


async def test_an_answer_says_nothing_of_other_arguments_and_age_closes_what_is_met_no_more(hubs, clock):
    one = hubs[0]
    one.hears("x: missing", about=("market-1",))
    one.hears("x: missing", about=("market-2",))
    one.hears(about=("market-3",))
    one.hears(about=("market-1",))
    assert one.a.findings.open == 1
    one.hears(about=("market-2",))
    assert one.a.findings.open == 0
    one.hears("y: missing", about=("market-1",))
    clock.advance(OLD + timedelta(seconds=1))
    await one.keeper.round()
    await one.keeper.round()
    assert await one.kept() == {"x: missing": (2, False), "y: missing": (1, False)}
    clock.advance(REMEMBERED)
    await one.keeper.round()
    assert await one.kept() == {}


async def test_an_agency_that_surprises_without_end_fills_no_table(hubs):
    for number, each in enumerate(hubs):
        each.hears(*(f"k{number}-{at}: unexpected key" for at in range(MOST + 10)), kind=FindingKind.ODD)
        await each.keeper.round()
    assert len(await hubs[0].kept()) == MOST + 1


async def test_scores_of_all_hubs_add_up_in_three_windows_and_in_bars(hubs, clock):
    for each in hubs[:2]:
        of = each.observers
        for outcome in (Outcome.OK, Outcome.OK, Outcome.TIMEOUT, Outcome.CANCELLED):
            of.call_ended(AGENCY, "rows", outcome, 0.1, None)
        of.call_refused(AGENCY, "rows", "breaker")
        of.call_refused(AGENCY, "rows", "queue")
        of.served(AGENCY, "rows", State.LIVE, 0.0)
        of.served(AGENCY, "rows", State.STALE, 90.0)
        of.served(AGENCY, "rows", None, None)
        of.answered(AGENCY, "rows", 10, 8)
        each.a.findings.note("x: missing", FindingKind.DRIFT)
        each.a.findings.note("row repeated")
    await together(each.keeper.round() for each in hubs)
    scores = hubs[2].store.of(Scorecards)
    for window in Window:
        card = (await scores.of_all(window, clock.now()))["a"]
        assert (card.calls, card.answered, card.availability) == (8, 4, 0.5)
        assert (card.served, card.stale, card.unserved, card.lag_seconds, card.most_lag_seconds) == (4, 2, 2, 45, 90)
        assert (card.rows, card.kept, card.completeness) == (20, 16, 0.8)
        assert (card.findings, card.drifts) == (4, 2)
    bars = await scores.bars(NOON - timedelta(hours=24), NOON + timedelta(hours=1), timedelta(minutes=30))
    assert bars == {"a": (Bar(agency="a", since=NOON, calls=8, answered=4, served=4, stale=2, unserved=2),)}


async def test_scores_are_thinned_with_age_and_lose_nothing_of_their_windows(hubs, clock, database):
    one, scores = hubs[0], hubs[0].store.of(Scorecards)
    for _ in range(40):  # one call each six hours, for ten days
        one.observers.call_ended(AGENCY, "rows", Outcome.OK, 0.1, None)
        await one.keeper.round()
        clock.advance(timedelta(hours=6))
    await together(each.keeper.round() for each in hubs)
    widths = await database.read(
        lambda connection: connection.exec_driver_sql(
            "SELECT width, count(*), sum(calls) FROM agency_scores GROUP BY width ORDER BY width"
        ).all()
    )
    assert [tuple(map(int, row)) for row in widths] == [(300, 8, 8), (3600, 24, 24), (86400, 2, 8)]
    calls = {window: (await scores.of_all(window, clock.now()))["a"].calls for window in Window}
    assert calls == {Window.DAY: 4, Window.WEEK: 28, Window.MONTH: 40}
    days = (await scores.bars(NOON.replace(hour=0), clock.now(), timedelta(days=1)))["a"]
    assert [bar.calls for bar in days] == [4] * 10
    clock.advance(timedelta(days=400))
    await one.keeper.round()
    assert await scores.bars(NOON - timedelta(days=1), clock.now(), timedelta(days=1)) == {}


async def test_while_the_store_is_away_it_waits_and_is_no_error(tmp_path, clock):
    database = Database(f"sqlite:///{tmp_path}/new.db")  # without its tables yet
    hub = HubOfTests(database, clock)
    with capture_logs() as lines:
        for _ in range(2):
            hub.hears("x: missing")
            hub.observers.call_ended(AGENCY, "rows", Outcome.OK, 0.1, None)
            await hub.keeper.round()
    assert [line["event"] for line in lines] == ["agency.drift", "quality.waits"]
    await database.migrate()
    hub.keeper.stop()
    await hub.keeper.run()  # what is left is written at the end
    assert await hub.kept() == {"x: missing": (2, True)}
    assert (await hub.store.of(Scorecards).of_all(Window.DAY, clock.now()))["a"].calls == 2
    await database.aclose()
