"""The folder of the city that the hub reads, and where it has the sandbox. Changing its file moves the sandbox."""

import os
import tomllib
from pathlib import Path
from urllib.parse import urlsplit

CITY = Path(__file__).parents[2] / "city"


def city() -> Path:
    """The folder of the city. A file of agencies that stands alone is about the city that comes with the source."""
    if named := os.environ.get("SIMPUL_CITY"):
        return Path(named)
    beside = agencies().parent
    return beside if (beside / "regions.csv").exists() else CITY


def agencies() -> Path:
    """The file that the hub reads."""
    folder = Path(os.environ.get("SIMPUL_CITY") or CITY)
    return Path(os.environ.get("SIMPUL_AGENCIES") or folder / "agencies.toml")


def address() -> str:
    """The address of the sandbox, from its identity provider; raises OSError if the file does not give it."""
    try:
        issuer: str = tomllib.loads(agencies().read_text(encoding="utf-8"))["identity"]["issuer"]
        return urlsplit(issuer)._replace(path="", query="", fragment="").geturl()
    except (ValueError, KeyError, TypeError, AttributeError):
        raise OSError(f"{agencies()} names no identity provider") from None
