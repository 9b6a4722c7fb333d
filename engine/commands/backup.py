"""`store backup`: the whole store in one file, while hubs run, with the head of the record that it holds at least."""

import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

from sqlalchemy import URL, make_url

from engine.commands.record import ask_record
from engine.configuration.problems import ConfigurationError
from engine.configuration.settings import Settings
from store.audit.chain import Head

OWNER_ALONE = 0o600
PAGES = 1_000
"""Pages of SQLite that are copied at once; writers have their turn between."""


async def head_before(settings: Settings) -> Head | None:
    """The newest entry, which the backup has at least; None where there is no record."""
    if settings.identity_keyring() is None:
        return None
    return await ask_record(settings, lambda usages: usages.head())


def make_backup(settings: Settings, out: Path) -> None:
    """Write the file, for its owner alone. It is whole, or not there: raises `ConfigurationError`."""
    url = make_url(settings.store_url.get_secret_value())
    try:
        os.close(os.open(out, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ALONE))
    except OSError as error:
        raise ConfigurationError([f"--out: {(error.strerror or 'it cannot be written').lower()}"]) from None
    try:
        if url.get_backend_name() == "sqlite":
            _of_sqlite(url, out)
        else:
            _of_postgresql(url, out)
    except BaseException:
        out.unlink(missing_ok=True)
        raise


def _of_sqlite(url: URL, out: Path) -> None:
    """A copy of one moment. It is one file, without those that SQLite puts beside a file in use."""
    source = Path(url.database or "")
    if not source.exists():
        raise ConfigurationError([f"SIMPUL_STORE_URL: there is no store {source}"])
    try:
        with closing(sqlite3.connect(f"file:{source}?mode=ro", uri=True)) as of, closing(sqlite3.connect(out)) as to:
            of.backup(to, pages=PAGES, sleep=0.001)
            to.execute("PRAGMA journal_mode = DELETE")
            (sound,) = to.execute("PRAGMA integrity_check(1)").fetchone()
    except sqlite3.Error as error:
        raise ConfigurationError([f"the store cannot be copied: {type(error).__name__}"]) from None
    if sound != "ok":
        raise ConfigurationError(["the store is damaged: PRAGMA integrity_check finds mistakes"])


def _of_postgresql(url: URL, out: Path) -> None:
    """By `pg_dump`, which has to be of the server's version or of a newer one. The password is in no command line."""
    program = shutil.which("pg_dump")
    if program is None:
        raise ConfigurationError(["pg_dump is not here; install the client of PostgreSQL, or run it where it is"])
    address = url.set(drivername="postgresql", password=None).render_as_string()
    password = {"PGPASSWORD": str(url.password)} if url.password else {}
    asked = (program, "--format=custom", "--no-owner", "--no-privileges", f"--file={out}", f"--dbname={address}")
    ended = subprocess.run(asked, env={**os.environ, **password}, capture_output=True, text=True, check=False)  # noqa: S603  no text of a caller
    if ended.returncode:
        raise ConfigurationError([line for line in ended.stderr.splitlines() if line] or ["pg_dump failed"])
