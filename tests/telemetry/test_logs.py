"""The log: one warning when an agency goes, one when it returns, and lines in the form that was asked for."""

import json
import socket
import subprocess
import sys
from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from connectors.kit.agency import Agency
from connectors.kit.observer import BreakerState, Outcome
from engine.telemetry.agency_log import AgencyLog
from tests.clock import NOON
from tests.conftest import ROOT

BEDS = "{ hospitals(first: 100) { nodes { code beds { free } } } }"
GONE = "rs-contoh-pinang"
AGENCY = Agency(code="x", domain="beds", connector="y", name="X")


def warnings(lines):
    return [each for each in lines if each["log_level"] not in {"info", "debug"} and each["event"] != "agency.finding"]


async def test_an_agency_that_goes_and_returns_is_two_warnings_however_often_it_failed(hub, sandbox, clock):
    with capture_logs() as lines:
        sandbox.control.set(GONE, "down")
        for _ in range(4):
            await hub.ask(BEDS)
            clock.advance(timedelta(seconds=40))
        sandbox.control.set(GONE, "ok")
        states = []
        while "LIVE" not in states[-2:]:
            clock.advance(timedelta(seconds=40))
            answer = await hub.ask(BEDS)
            states += [each["state"] for each in answer["extensions"]["sources"] if each["agency"] == GONE]
            assert len(states) < 50
    gone, back = warnings(lines)
    assert gone["event"] == "agency.gone"
    assert (gone["agency"], gone["since"]) == (GONE, NOON.isoformat())
    assert gone["cause"]
    assert back["event"] == "agency.back"
    assert (back["agency"], back["since"]) == (GONE, NOON.isoformat())
    assert back["seconds"] == (clock.now() - NOON).total_seconds()
    failed = [each for each in lines if each["event"] == "agency.call" and each["agency"] == GONE]
    assert len(failed) > 4


def test_what_somebody_has_to_mend_is_told_once_for_each_question_until_it_is_answered(clock):
    log = AgencyLog(clock)
    with capture_logs() as lines:
        for question, outcome in [
            ("rooms", Outcome.REJECTED),
            ("rooms", Outcome.REJECTED),
            ("classes", Outcome.CHANGED),
            ("rooms", Outcome.TIMEOUT),
            ("rooms", Outcome.CANCELLED),
            ("classes", Outcome.OK),
            ("rooms", Outcome.CHANGED),
            ("rooms", Outcome.OK),
            ("rooms", Outcome.CHANGED),
        ]:
            log.call_ended(AGENCY, question, outcome, 0.1, "a cause")
        for state in (BreakerState.OPEN, BreakerState.HALF_OPEN, BreakerState.OPEN, BreakerState.HALF_OPEN):
            log.breaker_changed(AGENCY, state, "port closed")
            clock.advance(timedelta(seconds=10))
        for _ in range(2):
            log.breaker_changed(AGENCY, BreakerState.CLOSED, None)
    told = [(each["event"], each.get("question"), each.get("outcome"), each.get("seconds")) for each in lines]
    assert told == [
        ("agency.failing", "rooms", "rejected", None),
        ("agency.failing", "classes", "changed", None),
        ("agency.failing", "rooms", "changed", None),
        ("agency.gone", None, None, None),
        ("agency.back", None, None, 40),
    ]


SAYING = """
import logging, structlog, sys
import engine.telemetry.telemetry
from engine.telemetry.logs import LogForm, configure_logging
assert not [name for name in sys.modules if name.startswith("opentelemetry")]
for form in (None, LogForm.TEXT):
    configure_logging(form=form)
    structlog.get_logger().warning("agency.gone", agency="x")
    structlog.get_logger().debug("not.this")
    logging.getLogger("uvicorn.error").warning("Invalid %s", "request")
    logging.getLogger("uvicorn.error").info("nor this")
"""


def test_lines_have_the_form_that_was_asked_for_also_those_of_libraries():
    done = subprocess.run([sys.executable, "-c", SAYING], cwd=ROOT, capture_output=True, text=True, check=True)
    *in_json, own, other = done.stderr.splitlines()
    timeless = [{**json.loads(each), "timestamp": ""} for each in in_json]
    assert timeless == [
        {"event": "agency.gone", "agency": "x", "level": "warning", "timestamp": ""},
        {"event": "Invalid request", "level": "warning", "timestamp": ""},
    ]
    assert "agency.gone" in own
    assert "agency=x" in own
    assert "\x1b" not in own + other
    assert "Invalid request" in other


WRITES = """
import logging, structlog
from engine.telemetry.logs import LogForm, configure_logging
configure_logging(form=LogForm.JSON)
structlog.get_logger().info("short")
structlog.get_logger().info("long", value="x" * 20_000)
logging.getLogger("library").warning("theirs")
"""


def test_a_line_is_one_write_so_that_lines_of_several_processes_stay_whole():
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)  # each write of the process is a datagram
    with ours, theirs:
        subprocess.run([sys.executable, "-c", WRITES], cwd=ROOT, stderr=theirs, check=True)
        written = [ours.recv(100_000).decode() for _ in range(3)]
        ours.setblocking(False)
        with pytest.raises(BlockingIOError):
            ours.recv(1)
    assert [each.endswith("}\n") for each in written] == [True] * 3
    assert [json.loads(each)["event"] for each in written] == ["short", "long", "theirs"]
