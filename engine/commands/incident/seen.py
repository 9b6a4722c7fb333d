"""What was read, by whom, of whom and since when, as the record says it.

The law on personal data (UU 27/2022, Pasal 46) gives three times 24 hours for a notice in writing. It says which data
were disclosed, when and how, and what is done about it. The report gives the first two. Whoever writes the notice adds
the third.
"""

import getpass
import hashlib
import os
from collections import Counter
from collections.abc import Callable, Collection, Iterable
from datetime import datetime
from pathlib import Path

import msgspec

from auth.audit_entry import AuditEntry, Reader
from auth.caller import Audience
from auth.keyed_hasher import KeyedHasher
from auth.subject import Subject, SubjectKind, sub
from connectors.kit.clock import Clock
from engine.commands.record import verified
from resolvers.identity.policies import RECORD
from store.audit.audit_log import AuditLog
from store.audit.chain import Head

OWNER_ALONE = 0o600
ABOUT = sub("record incident")
"""What the entry of a report is about: no person, but the record as a whole."""


class IncidentQuestion(msgspec.Struct, frozen=True, kw_only=True):
    """What is asked for. `until` is not in it any more. `client` is `app:…`, `agency:…` or `person:…`.

    With a `reason`, people are told by their names in the record, and those `among` the given numbers by their number.
    """

    since: datetime
    until: datetime
    client: str | None = None
    purpose: str | None = None
    reason: str | None = None
    among: tuple[str, ...] = ()


class Seen(msgspec.Struct, kw_only=True):
    """Readings of one kind: how many, of how many people, and from when to when."""

    readings: int = 0
    people: set[str] = msgspec.field(default_factory=set)
    first: datetime | None = None
    last: datetime | None = None

    def add(self, entry: AuditEntry) -> None:
        """One reading more."""
        self.readings += 1
        self.people.add(entry.subject)
        self.first = min(self.first or entry.at, entry.at)
        self.last = max(self.last or entry.at, entry.at)


class Incident(msgspec.Struct, kw_only=True):
    """What was found. `own` is the entry of this report, and `head` the newest entry before it.

    `broken` says what is wrong with the record. `found` are those of the given numbers that are affected.
    """

    question: IncidentQuestion
    made_at: datetime
    made_by: str
    head: Head
    own: Head | None = None
    broken: list[str] = msgspec.field(default_factory=list)
    compared: int = 0
    unreadable: list[int] = msgspec.field(default_factory=list)
    whole: Seen = msgspec.field(default_factory=Seen)
    categories: dict[str, Seen] = msgspec.field(default_factory=dict)
    readers: dict[tuple[str, ...], Seen] = msgspec.field(default_factory=dict)
    purposes: dict[str, Seen] = msgspec.field(default_factory=dict)
    operations: dict[str, Seen] = msgspec.field(default_factory=dict)
    cases: Counter[str] = msgspec.field(default_factory=Counter)
    people: dict[str, Seen] = msgspec.field(default_factory=dict)
    found: dict[str, list[str]] = msgspec.field(default_factory=dict)

    def add(self, entry: AuditEntry) -> None:
        """One entry that is asked for."""
        reader = entry.reader
        self.whole.add(entry)
        for category in entry.categories:
            self.categories.setdefault(category, Seen()).add(entry)
        self.readers.setdefault(_who(reader), Seen()).add(entry)
        self.purposes.setdefault(reader.purpose or "-", Seen()).add(entry)
        self.operations.setdefault(reader.operation or "-", Seen()).add(entry)
        if reader.case:
            self.cases[reader.case] += 1
        self.people.setdefault(entry.subject, Seen()).add(entry)


async def incident_of(
    usages: AuditLog, hasher: KeyedHasher, question: IncidentQuestion, kept: Collection[Head], clock: Clock
) -> Incident:
    """Look into the record, after all of it was verified, and put on record that somebody has. Raises `AuditLogBroken`.

    Where people are told by name or number, each of them finds that in the own record too.
    """
    whole = await verified(usages, list(kept))
    incident = Incident(
        question=question,
        made_at=clock.now(),
        made_by=_operator(),
        head=whole.head,
        broken=list(map(str, whole.broken)),
        compared=len(kept),
    )
    wanted = _wanted(question, hasher)
    async for entry in usages.entries(question.since, question.until):
        if isinstance(entry, int):
            incident.unreadable.append(entry)
        elif wanted(entry.reader):
            incident.add(entry)
    names = {name: number for number in question.among for name in hasher.subjects(_all_kinds(number))}
    for name in incident.people:
        if name in names:
            incident.found.setdefault(names[name], []).append(name)
    told = incident.people.keys() if question.reason else ()
    await usages.append(_read(hasher, told), _reader(question, incident.made_by), clock.now())
    incident.own = await usages.head()
    return incident


def write_report(path: Path, text: str) -> None:
    """Into a file that is not there yet, for its owner alone; raises OSError."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ALONE)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)


def _who(reader: Reader) -> tuple[str, ...]:
    return (reader.audience.value, reader.app or "-", reader.agency or "-", reader.person or "-")


def _wanted(question: IncidentQuestion, hasher: KeyedHasher) -> Callable[[Reader], bool]:
    kind, _, value = (question.client or "").partition(":")
    names = hasher.readers(value) if kind == "person" else frozenset({value})

    def wanted(reader: Reader) -> bool:
        if question.purpose is not None and reader.purpose != question.purpose:
            return False
        return not kind or getattr(reader, kind) in names

    return wanted


def _all_kinds(number: str) -> list[Subject]:
    """A number may name a person, a tax object or a deed; the record tells none by its length."""
    return [Subject(kind, number) for kind in SubjectKind]


def _read(hasher: KeyedHasher, told: Iterable[str]) -> dict[str, list[str]]:
    return {name: [RECORD.name] for name in (hasher.subject(ABOUT), *told)}


def _reader(question: IncidentQuestion, operator: str) -> Reader:
    """Whoever has run the command. The reason is the case of the entry."""
    digest = hashlib.sha256(msgspec.json.encode(msgspec.structs.replace(question, among=()))).hexdigest()
    return Reader(
        audience=Audience.ADMIN,
        person=operator,
        agency=None,
        app=None,
        purpose=None,
        case=question.reason,
        operation="record incident",
        digest=digest,
    )


def _operator() -> str:
    """The user of the machine, as far as the machine says it."""
    try:
        return f"{getpass.getuser()}@command"
    except (OSError, KeyError):
        return "somebody@command"
