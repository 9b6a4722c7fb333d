"""Who else may read or change the files that hold secrets, the configuration, the store and the record's heads."""

import os
import stat
import tomllib
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from engine.commands.doctor.patient import Patient
from engine.commands.doctor.symptoms import Examination
from engine.configuration.reading import PREFIX
from engine.configuration.secret_files import FILE, secrets_directory
from engine.configuration.settings import Settings

SECRET, PLAIN = 0o004, 0o000
"""What others may not do beside writing: read a secret."""
WRITE = 0o022


def examine_files(patient: Patient) -> Examination:
    """What is found. No file is opened but the one of agencies."""
    findings = Examination("files")
    seen = set[Path]()
    for path, private in _files(patient):
        if path not in seen:
            seen.add(path)
            _judge(path, private, findings)
    return findings


def _judge(path: Path, private: int, findings: Examination) -> None:
    name = str(path)
    try:
        mode, folder = path.stat().st_mode, path.parent.stat().st_mode
    except OSError as error:
        findings.fail(name, f"it cannot be looked at: {(error.strerror or 'unknown').lower()}", "is the path right?")
        return
    if not os.access(path, os.R_OK):
        findings.fail(name, "this user may not read it", "give it to the user of the hub")
    elif mode & WRITE:
        findings.fail(name, f"others may change it ({stat.filemode(mode)})", f"chmod go-w {name}")
    elif folder & 0o002 and not folder & stat.S_ISVTX:
        findings.fail(name, "others may replace it: they may write into its folder", f"chmod o-w {path.parent}")
    elif mode & private:
        findings.warn(name, f"all users of this machine may read it ({stat.filemode(mode)})", f"chmod o-r {name}")
    else:
        findings.well(name, stat.filemode(mode))


def _files(patient: Patient) -> Iterator[tuple[Path, int]]:
    """Each file that is there for the hub, and what others may not do with it."""
    environ, directory = patient.environ, secrets_directory(patient.environ)
    for name, value in environ.items():
        if name.upper().startswith(PREFIX) and value.startswith(FILE) and (path := _named(value, directory)):
            yield path, SECRET
    if directory and directory.is_dir():
        yield from ((each, SECRET) for each in sorted(directory.iterdir()) if each.is_file())
    if patient.settings is None:
        return
    settings = patient.settings
    if settings.metrics_token_file:
        yield settings.metrics_token_file, SECRET
    if settings.agencies.exists():
        yield settings.agencies, PLAIN
        yield from ((path, SECRET) for path in _credentials(settings.agencies, directory))
    own = (_store(settings), settings.heads_file())
    yield from ((each, SECRET) for each in own if each and each.exists())


def _named(reference: str, directory: Path | None) -> Path | None:
    path = Path(reference.removeprefix(FILE))
    return path if path.is_absolute() else directory / path if directory else None


def _credentials(file: Path, directory: Path | None) -> Iterator[Path]:
    """The files that credentials of agencies name."""
    try:
        agencies = tomllib.loads(file.read_text(encoding="utf-8")).get("agencies", {})
    except (OSError, ValueError):
        return
    for table in agencies.values() if isinstance(agencies, dict) else ():
        credentials = table.get("credentials") if isinstance(table, dict) else None
        for value in credentials.values() if isinstance(credentials, dict) else ():
            if isinstance(value, str) and value.startswith(FILE) and (path := _named(value, directory)):
                yield path


def _store(settings: Settings) -> Path | None:
    try:
        url = make_url(settings.store_url.get_secret_value())
    except ArgumentError:
        return None
    return Path(url.database) if url.get_backend_name() == "sqlite" and url.database else None
