"""The store: whether it is there, up to date, writable, with room, and with the record that was kept elsewhere."""

import os
import shutil
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import Connection, func, literal_column, make_url, select, text, update
from sqlalchemy.exc import ArgumentError

from engine.commands.doctor.patient import Patient
from engine.commands.doctor.symptoms import Examination
from engine.configuration.problems import ConfigurationError
from engine.configuration.settings import Settings
from engine.opening import open_database
from store.audit.chain import START
from store.audit.heads import newest
from store.audit.tables import USAGES
from store.kit.database import Database, StoreBroken
from store.kit.migrating import VERSIONS, TablesStanding, standing

LOW, LOWEST = 2_000_000_000, 200_000_000
"""Free bytes: below which somebody should make room, and below which the hub may stop writing."""
URL = "SIMPUL_STORE_URL"


class _StoreLook(NamedTuple):
    """What one look into the store shows. `ahead`: seconds by which its clock is ahead of the machine's."""

    standing: TablesStanding
    bytes: int
    clock: float | None
    latest: Any


async def examine_store(patient: Patient) -> Examination:
    """What is found. Nothing is made or changed."""
    findings = Examination("store")
    settings = patient.settings
    if settings is None:
        findings.skip(URL, "the settings cannot be read")
        return findings
    file = _sqlite_file(settings)
    name = str(file) if file else "PostgreSQL"
    if file:
        _look_at_place(file, findings)
    if file and not file.exists():
        findings.warn(name, "there is no store yet", "a hub makes it when it starts; is this the place that you meant?")
        return findings
    try:
        database = open_database(settings)
    except ConfigurationError as error:
        findings.fail(URL, error.problems[0], "write it as docs/configuration.md says")
        return findings
    try:
        seen = await database.read(_look)
        _judge(seen, name, patient, findings)
        if not seen.standing.missing and not seen.standing.unknown:
            await _write(database, name, findings)
            await _compare_heads(database, settings, findings)
    except StoreBroken as error:
        findings.fail(
            name, f"it does not answer: {error}", f"start it, or mend the address, user and password in {URL}"
        )
    finally:
        await database.aclose()
    return findings


def _sqlite_file(settings: Settings) -> Path | None:
    try:
        url = make_url(settings.store_url.get_secret_value())
    except ArgumentError:
        return None
    return Path(url.database) if url.get_backend_name() == "sqlite" and url.database else None


def _look_at_place(file: Path, findings: Examination) -> None:
    """The folder of a file: whether the hub may write there, and how much room is left."""
    folder = next((each for each in file.absolute().parents if each.exists()), Path("/"))
    if not os.access(folder, os.W_OK | os.X_OK):
        told = "give the folder to the user of the hub; SQLite writes files beside its own"
        findings.fail(str(folder), "this user may not write into the folder", told)
    free = shutil.disk_usage(folder).free
    said = f"{free / 1e9:.1f} GB free"
    if free < LOWEST:
        findings.fail(str(folder), said, "make room now: without it nothing is recorded, so nothing personal is read")
    elif free < LOW:
        findings.warn(str(folder), said, "make room: copies of feeds and the record grow")
    else:
        findings.well(str(folder), said)


def _look(connection: Connection) -> _StoreLook:
    stands, clock, latest = standing(connection), None, None
    if connection.dialect.name == "postgresql":
        size = func.pg_database_size(func.current_database())
        now = func.extract("epoch", func.clock_timestamp())
        bytes_, moment = connection.execute(select(size, now)).one()
        clock = float(moment)
    else:
        pages = connection.execute(text("SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()"))
        bytes_ = pages.scalar_one()
    if not stands.missing:
        latest = connection.execute(select(USAGES.c.at).order_by(USAGES.c.sequence.desc()).limit(1)).scalar()
    return _StoreLook(stands, int(bytes_), clock, latest)


def _judge(seen: _StoreLook, name: str, patient: Patient, findings: Examination) -> None:
    missing, newer, unknown = seen.standing
    if unknown:
        told = "run the newer version, or restore the backup of before the upgrade (docs/operations/upgrade.md)"
        findings.fail(name, f"its tables are those of a newer hub ({unknown[0]})", told)
    elif missing:
        told = "a hub brings it up to date when it starts; make a backup first (docs/operations/backup.md)"
        findings.warn(name, f"{missing} migrations are missing", told)
    else:
        stands = f"of a newer hub, which suits this one ({', '.join(newer)})" if newer else "up to date"
        findings.well(name, f"reachable and {stands}, {seen.bytes / 1e6:.0f} MB")
    now = patient.clock.now()
    if seen.clock is not None:
        patient.clocks["PostgreSQL"] = seen.clock - now.timestamp()
    if seen.latest is not None and seen.latest > now:
        patient.clocks["newest entry of the record"] = (seen.latest - now).total_seconds()


async def _write(database: Database, name: str, findings: Examination) -> None:
    """Write nothing, with the rights and the lock that writing needs."""
    nothing = update(VERSIONS).where(literal_column("1") == literal_column("0")).values(version_num="")
    try:
        await database.write(lambda connection: connection.execute(nothing))
    except StoreBroken as error:
        told = "is it a read-only copy, or does the user lack the rights on its tables?"
        findings.fail(name, f"it can be read and not written: {error}", told)
    else:
        findings.well(name, "writable")


async def _compare_heads(database: Database, settings: Settings, findings: Examination) -> None:
    """Whether the newest head that was kept outside is still an entry of the record."""
    file = settings.heads_file()
    try:
        head = newest(file) if file else START
    except OSError as error:
        findings.fail(str(file), f"it cannot be read: {error.strerror}", "let the user of the hub read and write it")
        return
    if head == START:
        return
    finding = select(USAGES.c.link).where(USAGES.c.sequence == head.sequence)
    link = await database.read(lambda connection: connection.execute(finding).scalar_one_or_none())
    if link == head.link:
        findings.well("record", f"it holds entry {head.sequence}, which {file} names")
    else:
        told = "run `server.py record verify`; entries were cut off or changed, or an older backup was restored"
        findings.fail("record", f"entry {head.sequence} is not the one that {file} names", told)
