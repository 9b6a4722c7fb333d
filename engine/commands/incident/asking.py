"""What the command is asked, and the whole of it: read, look, write."""

import asyncio
import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo

from auth.keyed_hasher import KeyedHasher
from auth.masks import redact
from connectors.kit.clock import Clock
from connectors.registry import CONNECTORS
from engine.commands.incident.report import IncidentReport
from engine.commands.incident.seen import Incident, IncidentQuestion, incident_of, write_report
from engine.commands.record import ask_record, kept_heads
from engine.configuration.agencies_file import read_configuration
from engine.configuration.problems import ConfigurationError
from engine.configuration.settings import Settings
from store.audit.audit_log import AuditLog

CLIENT = re.compile(r"(app|agency|person):.+")
LEAST, LONGEST = 10, 200
"""Characters of a reason."""
FORMS = (".md", ".json")


class IncidentOrder(NamedTuple):
    """As it stands on the command line."""

    out: Path
    since: str
    until: str | None = None
    client: str | None = None
    purpose: str | None = None
    people: bool = False
    among: Path | None = None
    reason: str | None = None
    language: str = "id"


def reported(settings: Settings, order: IncidentOrder, clock: Clock) -> bool:
    """Write the report; whether the record is broken. Raises `ConfigurationError` for what cannot be asked so."""
    zone = ZoneInfo(read_configuration(settings.agencies, CONNECTORS, None).city.timezone)
    question = _question(order, zone, clock.now())
    hasher = KeyedHasher(settings.identity_keyring() or b"")
    kept, _ = kept_heads(None, settings)

    async def look(usages: AuditLog) -> Incident:
        return await incident_of(usages, hasher, question, kept, clock)

    incident = asyncio.run(ask_record(settings, look))
    report = IncidentReport(incident, order.language, zone)
    try:
        write_report(order.out, report.json() if order.out.suffix == ".json" else report.text())
    except OSError as error:
        raise ConfigurationError([f"--out: {(error.strerror or 'it cannot be written').lower()}"]) from None
    return bool(incident.broken or incident.unreadable)


def _question(order: IncidentOrder, zone: ZoneInfo, now: datetime) -> IncidentQuestion:
    since = _moment(order.since, zone)
    until = _moment(order.until, zone) if order.until else now
    problems = [*_mistakes(order)]
    if since is None or until is None or since >= until:
        told = "expected two days or moments, the earlier first: 2026-11-20, 2026-11-20T08:00"
        raise ConfigurationError([f"--since, --until: {told}", *problems])
    try:
        lines = order.among.read_text(encoding="utf-8").splitlines() if order.among else []
    except (OSError, UnicodeDecodeError):
        problems.append("--among: the file cannot be read")
        lines = []
    if problems:
        raise ConfigurationError(problems)
    return IncidentQuestion(
        since=since,
        until=until,
        client=order.client,
        purpose=order.purpose,
        reason=redact(order.reason) if order.reason else None,
        among=tuple(dict.fromkeys(each for each in map(str.strip, lines) if each)),
    )


def _mistakes(order: IncidentOrder) -> Iterator[str]:
    names = order.people or order.among is not None
    if order.client is not None and not CLIENT.fullmatch(order.client):
        yield "--client: expected app:CODE, agency:CODE or person:NAME"
    if names and not order.reason:
        yield "--reason: missing; people are told only for a reason, which is put on record"
    if order.reason and not names:
        yield "--reason: it is for --people and --among alone"
    if order.reason and not LEAST <= len(order.reason) <= LONGEST:
        yield f"--reason: expected {LEAST} to {LONGEST} characters"
    if order.out.suffix not in FORMS or order.out.exists():
        yield "--out: expected a file that is not there yet, and that ends in .md or .json"


def _moment(text: str, zone: ZoneInfo) -> datetime | None:
    """A day begins at midnight in the city, and a moment without a zone is of the city."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=zone)
