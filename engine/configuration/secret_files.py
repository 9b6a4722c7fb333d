"""Secrets that stand in files, as Docker, Kubernetes and systemd hand them over.

`file:/run/secrets/rsud` names a file. `file:rsud` names one in the directory that `SIMPUL_SECRETS_DIR` names, or else
in the one that systemd made for the credentials of the unit.
"""

from collections.abc import Mapping
from pathlib import Path

FILE = "file:"
DIRECTORIES = ("SIMPUL_SECRETS_DIR", "CREDENTIALS_DIRECTORY")
MOST = 65_536
"""Bytes of a file that may hold a secret, such as a private key."""


class NoSecret(Exception):
    """There is no secret there. The words never quote what was found."""


def secrets_directory(environ: Mapping[str, str]) -> Path | None:
    """Where secrets without a path stand."""
    found = next((environ[each] for each in DIRECTORIES if environ.get(each)), None)
    return Path(found) if found else None


def read_secret(reference: str, environ: Mapping[str, str]) -> str:
    """The text of the file that `file:…` names, without the end of its line; raises `NoSecret`."""
    path = Path(reference.removeprefix(FILE))
    if not path.is_absolute():
        directory = secrets_directory(environ)
        if directory is None:
            raise NoSecret(f"{path} has no directory; write file:/path, or name a directory in {DIRECTORIES[0]}")
        path = directory / path
    try:
        with path.open("rb") as file:
            content = file.read(MOST + 1)
        if len(content) > MOST:
            raise NoSecret(f"the file {path} is larger than {MOST} bytes")
        text = content.decode("utf-8").rstrip("\r\n")
    except OSError as error:
        raise NoSecret(f"the file {path} cannot be read: {(error.strerror or 'unknown').lower()}") from None
    except UnicodeDecodeError:
        raise NoSecret(f"the file {path} is not UTF-8") from None
    if not text or "\0" in text:
        raise NoSecret(f"the file {path} {'has a zero byte' if text else 'is empty'}")
    return text
