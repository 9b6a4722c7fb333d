"""What is late, in which order a desk sees to things, and what has happened."""

from datetime import timedelta

import pytest

from connectors.complaints.records import Complaint, ComplaintState, HistoryStep
from connectors.kit.reading import State
from resolvers.complaints.rules import DeskComplaint, Timeliness, by_due_time, history, timeliness
from resolvers.kit.source import Source
from tests.clock import NOON
from tests.complaints.test_outbox import kept

HOUR = timedelta(hours=1)
SOURCE = Source(
    agency="laksa", name="LAKSA", state=State.LIVE, fetched_at=NOON, changed_at=None, age_seconds=0, problem=None
)


def complaint(number="1", state=ComplaintState.OPEN, **values):
    whole = {
        "reference": number, "topic": "001", "topic_name": None, "text": "x", "state": state, "note": None, "owner": None,
        "notice": None, "requested_at": NOON - 9 * HOUR, "updated_at": None, "due_at": None, "address": None, "latitude": None,
        "longitude": None, "photo": None, "anonymous": False, "secret": False, "key": None, "history": (),
    }  # fmt: skip
    return Complaint(**{**whole, **values})


@pytest.mark.parametrize("state", [*ComplaintState, None])
@pytest.mark.parametrize("due", [None, -1, 0, 1])
@pytest.mark.parametrize("updated", [None, -2, 2])
def test_late_is_what_was_not_closed_in_its_time(state, due, updated):
    found = timeliness(
        complaint(
            state=state,
            due_at=None if due is None else NOON + due * HOUR,
            updated_at=None if updated is None else NOON + updated * HOUR,
        ),
        NOON,
    )
    if due is None or state is None:
        expected = Timeliness.UNKNOWN
    elif state in (ComplaintState.DONE, ComplaintState.REJECTED, ComplaintState.CLOSED):
        closed = {None: Timeliness.UNKNOWN, -2: Timeliness.CLOSED_ON_TIME, 2: Timeliness.CLOSED_LATE}
        expected = closed[updated]
    else:
        expected = Timeliness.LATE if due < 0 else Timeliness.ON_TIME
    assert found is expected


def test_a_desk_sees_first_what_is_open_and_due_first():
    def at(number, state=ComplaintState.OPEN, **values):
        said = complaint(number, state, **values)
        whole = {name: getattr(said, name) for name in Complaint.__struct_fields__}
        return DeskComplaint(**whole, code=number, timeliness=Timeliness.UNKNOWN, distance=None, source=SOURCE)

    found = [
        at("closed first", ComplaintState.DONE, updated_at=NOON - 2 * HOUR),
        at("closed last", ComplaintState.REJECTED, updated_at=NOON - HOUR),
        at("no time"), at("due later", due_at=NOON + HOUR), at("late", due_at=NOON - HOUR), at("unknown", None, due_at=NOON),
    ]  # fmt: skip
    assert [each.code for each in sorted(found, key=by_due_time)] == [
        "late", "unknown", "due later", "no time", "closed last", "closed first",
    ]  # fmt: skip


def test_what_has_happened_is_told_once_and_in_order():
    assert history(None, complaint()) == [HistoryStep(happened_at=NOON - 9 * HOUR, state=None, note=None)]
    done = complaint(state=ComplaintState.DONE, note="Selesai", updated_at=NOON)
    assert [(each.happened_at, each.state, each.note) for each in history(None, done)] == [
        (NOON - 9 * HOUR, None, None), (NOON, ComplaintState.DONE, "Selesai"),
    ]  # fmt: skip
    told = (
        HistoryStep(happened_at=NOON - 9 * HOUR, state=None, note="Diterima"),
        HistoryStep(happened_at=NOON, state=None, note="Selesai"),
    )
    assert history(None, complaint(updated_at=NOON, history=told)) == list(told)
    sent = kept(made_at=NOON - 10 * HOUR)
    assert [each.happened_at for each in history(sent, complaint())] == [NOON - 10 * HOUR, NOON - 9 * HOUR]
    assert [each.happened_at for each in history(sent, None)] == [NOON - 10 * HOUR]
