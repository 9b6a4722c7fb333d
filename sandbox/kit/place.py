"""The address of the sandbox, from the hub's file of agencies. Changing the file moves the sandbox."""

import os
import tomllib
from pathlib import Path
from urllib.parse import urlsplit

AGENCIES = Path(__file__).parents[2] / "agencies.toml"


def agencies() -> Path:
    """The file that the hub reads."""
    return Path(os.environ.get("SIMPUL_AGENCIES") or AGENCIES)


def address() -> str:
    """The address of the sandbox, from its identity provider; raises OSError if the file does not give it."""
    try:
        issuer: str = tomllib.loads(agencies().read_text(encoding="utf-8"))["identity"]["issuer"]
        return urlsplit(issuer)._replace(path="", query="", fragment="").geturl()
    except (ValueError, KeyError, TypeError, AttributeError):
        raise OSError(f"{agencies()} names no identity provider") from None
