"""Findings: counted and dated, few and short, and without anybody's number."""

from datetime import timedelta

from structlog.testing import capture_logs

from connectors.kit.findings import LONGEST, MOST, OTHERS, Finding, FindingKind, Findings
from connectors.kit.rows import many_records
from tests.clock import NOON, FakeClock


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
        sent = [{"n": 1, "3671014001900001": {}, "36.71.01-400190-0002": {}}]
        await many_records(sent, lambda row: row.integer("n"), agency="a", findings=findings)
    assert findings.counts == {"•: unexpected key": 2}
    assert "400190" not in str(lines)
