"""Findings: counted and dated, few and short, and without anybody's number."""

from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from connectors.beds.aplicares import Aplicares
from connectors.kit.errors import AgencyChanged
from connectors.kit.findings import LONGEST, MOST, OTHERS, Finding, FindingKind, Findings
from connectors.kit.rows import many_records
from tests.clock import NOON, FakeClock
from tests.playback import connect, playing, recording


def test_a_finding_is_counted_and_has_its_first_and_its_last_moment():
    clock = FakeClock()
    findings = Findings("a", clock)
    findings.note("row repeated")
    clock.advance(timedelta(hours=2))
    findings.note("row repeated")
    findings.unexpected(["foto"])
    later = NOON + timedelta(hours=2)
    odd = Finding(
        question="", kind=FindingKind.ODD, text="row repeated", count=2, first_seen_at=NOON, last_seen_at=later
    )
    new_field = Finding(
        question="",
        kind=FindingKind.DRIFT,
        text="foto: unexpected key",
        count=1,
        first_seen_at=later,
        last_seen_at=later,
    )
    assert findings.all == (odd, new_field)
    assert findings.counts == {"row repeated": 2, "foto: unexpected key": 1}


def test_it_is_logged_the_first_time():
    findings = Findings("a", FakeClock())
    with capture_logs() as lines:
        findings.note("row repeated")
        findings.note("row repeated")
    said = {"agency": "a", "question": "", "finding": "row repeated"}
    assert lines == [{"event": "agency.finding", **said, "log_level": "warning"}]


def test_an_agency_that_surprises_without_end_fills_no_memory_and_no_log():
    findings = Findings("a", FakeClock())
    with capture_logs() as lines:
        for number in range(MOST + 50):
            findings.note(f"k{number}: unexpected key")
        findings.note("k0: unexpected key")
    assert len(findings.all) == len(lines) == MOST + 1
    assert findings.counts[OTHERS] == 50
    assert findings.counts["k0: unexpected key"] == 2


def test_a_text_is_cut():
    findings = Findings("a", FakeClock())
    findings.note("x" * 10_000)
    assert [len(text) for text in findings.counts] == [LONGEST]


async def test_a_key_that_is_somebodys_number_is_not_repeated():
    findings = Findings("a", FakeClock())
    with capture_logs() as lines:
        sent = [{"n": 1, "9907014001900001": {}, "99.07.01-400190-0002": {}}]
        await many_records(sent, lambda row: row.integer("n"), agency="a", findings=findings)
    assert findings.counts == {"•: unexpected key": 2}
    assert "400190" not in str(lines)


NEW, MISSING, OTHER_TYPE = {"lantai": "2"}, {"tersedia": ...}, {"tersedia": [3]}


@pytest.mark.parametrize(
    ("first", "floor", "kept", "finding"),
    [
        (NEW, 1, 3, "lantai: unexpected key"),
        (MISSING, 1, 2, "row set aside: tersedia: missing"),
        (OTHER_TYPE, 1, 2, "row set aside: tersedia: not a whole number"),
        ({}, 4, None, "rooms: n rows, at least 4 were expected"),
        ({"tersedia": 99}, 3, None, "rooms: n rows, at least 3 were expected"),
    ],
)
async def test_a_change_of_the_format_opens_a_drift_of_its_read_and_field_until_an_answer_is_whole(
    first, floor, kept, finding
):
    whole = recording(Aplicares, "rooms")

    def drifted(rows):
        changed = rows[0] | first
        return [{name: value for name, value in changed.items() if value is not ...}, *rows[1:]]

    async with playing(whole.damaged(drifted)) as player:
        connector = connect(Aplicares, player.played, player.url, at_least={"rooms": floor})
        asked = connector.rooms()
        with capture_logs() as lines:
            if kept is None:  # once: a second time, the breaker of the agency would open
                with pytest.raises(AgencyChanged):
                    await asked.fetch()
            else:
                assert [len((await asked.fetch()).records) for _ in range(2)] == [kept, kept]
        alarms = [line for line in lines if line["event"] == "agency.drift"]
        said = {"agency": "agency", "question": "rooms", "finding": finding, "log_level": "error"}
        assert alarms == [{"event": "agency.drift", **said}]
        (found,) = [each for each in connector.findings.all if each.kind is FindingKind.DRIFT]
        assert (found.question, found.text, found.count, found.open) == ("rooms", finding, 2 if kept else 1, True)
        player.played, connector.agency.at_least["rooms"] = whole, 3
        assert len((await asked.fetch()).records) == 3
        assert connector.findings.open == 0
        await connector.aclose()
