"""Why a database failed, in words that an operator acts on, and which error it is.

The words of a driver are never repeated, because they may hold a value. Only its codes are, and what is configured.
"""

import re
import sqlite3
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import URL
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError, ProgrammingError, SQLAlchemyError

from connectors.kit.causes import CLOSED, Cause, HostAndPort, of_system
from connectors.kit.errors import AgencyChanged, AgencyError, AgencyRejected, AgencyUnavailable
from connectors.kit.outcome import Outcome

Kind = type[AgencyError]

_MISSING = "a table or column is missing"
_SILENT = "no answer within {seconds:g} s"
_PORT, _NAME = "port closed: {place}", "host name not found: {host}"
_DATABASE = "database not found: {database}"

POSTGRESQL: tuple[tuple[str, Kind, str], ...] = (
    ("28P01", AgencyRejected, "password refused"),
    ("28", AgencyRejected, "login refused"),
    ("42501", AgencyRejected, "the account has no privilege for this"),
    ("3D000", AgencyUnavailable, _DATABASE),
    ("42P01", AgencyChanged, _MISSING),
    ("42703", AgencyChanged, _MISSING),
    ("53300", AgencyUnavailable, "the database has no free connection"),
    ("53100", AgencyUnavailable, "the disk of the database is full"),
    ("57014", AgencyUnavailable, _SILENT),
    ("57P03", AgencyUnavailable, "the database is starting"),
    ("57P", AgencyUnavailable, "the database was shut down"),
    ("55P03", AgencyUnavailable, "a lock was not free in time"),
    ("08", AgencyUnavailable, CLOSED),
)
"""Beginnings of SQLSTATE, the longer ones first where they overlap."""

LIBPQ: tuple[tuple[str, Kind, str], ...] = (
    ("password authentication failed", AgencyRejected, "password refused"),
    ("no password supplied", AgencyRejected, "no password is configured"),
    ("role .* does not exist", AgencyRejected, "account not found"),
    ("is not permitted to log in", AgencyRejected, "account locked"),
    ("no pg_hba.conf entry", AgencyRejected, "the database does not let this hub in"),
    ("authentication failed", AgencyRejected, "login refused"),
    ("permission denied for database", AgencyRejected, "the account has no privilege for this"),
    ("database .* does not exist", AgencyUnavailable, _DATABASE),
    ("failed to resolve|could not translate host name|Name or service not known", AgencyUnavailable, _NAME),
    ("Connection refused", AgencyUnavailable, _PORT),
    ("No such file or directory", AgencyUnavailable, "no database listens at its socket"),
    ("No route to host|Network is unreachable", AgencyUnavailable, "no route to host: {host}"),
    ("timeout expired|timed out|connection timeout", AgencyUnavailable, "no connection within {seconds:g} s: {place}"),
    ("too many clients|remaining connection slots", AgencyUnavailable, "the database has no free connection"),
    ("is starting up", AgencyUnavailable, "the database is starting"),
    ("is shutting down", AgencyUnavailable, "the database was shut down"),
    ("does not support SSL", AgencyUnavailable, "the port does not speak TLS"),
    ("response to SSL negotiation|expected authentication", AgencyUnavailable, "the port does not speak PostgreSQL"),
    ("lost synchronization", AgencyUnavailable, "an answer that is no PostgreSQL"),
    ("does not match host name", AgencyUnavailable, "certificate is for another host name"),
    ("certificate has expired", AgencyUnavailable, "certificate expired"),
    ("certificate verify failed|self.signed certificate", AgencyUnavailable, "certificate does not verify"),
    ("server closed the connection|terminating connection|connection .* closed", AgencyUnavailable, CLOSED),
)
"""Words of the driver of PostgreSQL, which gives no code while it connects."""

ORACLE: dict[str, tuple[Kind, str]] = {
    "ORA-01017": (AgencyRejected, "password refused"),
    "ORA-28000": (AgencyRejected, "account locked"),
    "ORA-28001": (AgencyRejected, "password expired"),
    "ORA-28009": (AgencyRejected, "login refused"),
    "ORA-01031": (AgencyRejected, "the account has no privilege for this"),
    "ORA-01045": (AgencyRejected, "the account may not log in"),
    "ORA-00904": (AgencyChanged, _MISSING),
    "ORA-00942": (AgencyChanged, _MISSING),
    "ORA-01013": (AgencyUnavailable, _SILENT),
    "DPY-4024": (AgencyUnavailable, _SILENT),
    "ORA-12541": (AgencyUnavailable, _PORT),
    "ORA-12545": (AgencyUnavailable, _NAME),
    "ORA-12154": (AgencyUnavailable, _NAME),
    "ORA-12514": (AgencyUnavailable, _DATABASE),
    "ORA-12505": (AgencyUnavailable, _DATABASE),
    "DPY-6001": (AgencyUnavailable, _DATABASE),
    "DPY-6003": (AgencyUnavailable, _DATABASE),
    "DPY-6000": (AgencyUnavailable, "the listener refused the connection"),
    "ORA-12170": (AgencyUnavailable, "no connection within {seconds:g} s: {place}"),
    "ORA-01033": (AgencyUnavailable, "the database is starting"),
    "ORA-01034": (AgencyUnavailable, "the database is not running"),
    "ORA-12528": (AgencyUnavailable, "the database is starting"),
    "ORA-03113": (AgencyUnavailable, CLOSED),
    "ORA-03114": (AgencyUnavailable, CLOSED),
    "ORA-03135": (AgencyUnavailable, CLOSED),
    "DPY-1001": (AgencyUnavailable, CLOSED),
    "DPY-4011": (AgencyUnavailable, CLOSED),
}

SQLITE: dict[int, tuple[Kind, str]] = {
    sqlite3.SQLITE_CANTOPEN: (AgencyUnavailable, "file not found: {database}"),
    sqlite3.SQLITE_BUSY: (AgencyUnavailable, "file locked by another program: {database}"),
    sqlite3.SQLITE_LOCKED: (AgencyUnavailable, "file locked by another program: {database}"),
    sqlite3.SQLITE_INTERRUPT: (AgencyUnavailable, _SILENT),
    sqlite3.SQLITE_NOTADB: (AgencyChanged, "file is no database: {database}"),
    sqlite3.SQLITE_CORRUPT: (AgencyChanged, "file is damaged: {database}"),
    sqlite3.SQLITE_IOERR: (AgencyUnavailable, "file cannot be read: {database}"),
    sqlite3.SQLITE_PERM: (AgencyUnavailable, "file cannot be read: {database}"),
    sqlite3.SQLITE_READONLY: (AgencyUnavailable, "file cannot be written: {database}"),
    sqlite3.SQLITE_FULL: (AgencyUnavailable, "disk is full: {database}"),
}

NEVER_SENT = (_PORT, _NAME, "no route", "no connection within", "no database listens", "certificate", "file not found")


class DatabaseFailure(NamedTuple):
    """Which error it is, and its cause."""

    kind: Kind
    cause: Cause


def of_database(error: SQLAlchemyError | OSError, url: URL, seconds: float) -> DatabaseFailure:
    """What a failure of a database means."""
    place = HostAndPort(url.host or "this machine", url.port)
    if isinstance(error, OSError):
        return DatabaseFailure(AgencyUnavailable, of_system(error, place, seconds))
    kind, words = _found(error, url)
    service = url.query.get("service_name")
    database = service if isinstance(service, str) else url.database
    filled = words.format(place=place, host=place.host, database=database, seconds=seconds)
    if words.startswith(("no answer within", "no connection within")):
        outcome = Outcome.TIMEOUT
    elif words.startswith(NEVER_SENT):
        outcome = Outcome.UNREACHABLE
    else:
        outcome = kind.means
    return DatabaseFailure(kind, Cause(filled, outcome, reached=not words.startswith(NEVER_SENT)))


def _found(error: SQLAlchemyError, url: URL) -> tuple[Kind, str]:
    original = error.orig if isinstance(error, DBAPIError) else None
    if isinstance(original, sqlite3.Error):
        return _of_sqlite(error, original, url)
    state = str(getattr(original, "sqlstate", None) or "")
    if state:
        for begins, kind, words in POSTGRESQL:
            if state.startswith(begins):
                return kind, words
    told = original.args[0] if original and original.args else None
    number = getattr(told, "code", 0)
    if code := getattr(told, "full_code", None) or (f"ORA-{number:05}" if number else ""):
        return _of_oracle(error, code, str(told))
    if original and not state:
        for pattern, kind, words in LIBPQ:
            if re.search(pattern, str(original)):
                return kind, words
    return _by_class(error), f"the database refused the statement ({state})" if state else _unnamed(error)


def _unnamed(error: SQLAlchemyError) -> str:
    if isinstance(error, OperationalError | InterfaceError):
        return "the database does not answer"
    return "the answer has a value that the hub cannot read"


def _of_oracle(error: SQLAlchemyError, code: str, words: str) -> tuple[Kind, str]:
    if code == "DPY-6005":  # it could not connect; the reason is in the lines behind
        inner = re.search(r"(?:ORA|DPY)-\d+", words.partition("\n")[2])
        if "Errno 111" in words:
            return AgencyUnavailable, _PORT
        if "Errno 113" in words or "Errno 101" in words:
            return AgencyUnavailable, "no route to host: {host}"
        code = inner[0] if inner and inner[0] in ORACLE else code
    kind, said = ORACLE.get(code, (_by_class(error), f"the database refused it ({code})"))
    return kind, said


def _of_sqlite(error: SQLAlchemyError, original: sqlite3.Error, url: URL) -> tuple[Kind, str]:
    code = getattr(original, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
    if "no such" in str(original):
        return AgencyChanged, _MISSING
    if code == sqlite3.SQLITE_CANTOPEN and Path(url.database or "").exists():
        return AgencyUnavailable, "file cannot be opened: {database}"
    if code in SQLITE:
        return SQLITE[code]
    return _by_class(error), f"the database refused the statement (SQLite {code})"


def _by_class(error: SQLAlchemyError) -> Kind:
    if isinstance(error, ProgrammingError):
        return AgencyChanged
    return AgencyUnavailable if isinstance(error, OperationalError | InterfaceError) else AgencyChanged
