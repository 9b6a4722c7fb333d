"""Where the sandbox is: wherever the file that names the agencies says, so that it moves by that file alone."""

import os
import tomllib
from pathlib import Path
from urllib.parse import urlsplit

AGENCIES = Path(__file__).parents[2] / "agencies.toml"


def agencies() -> Path:
    """The file that the hub reads."""
    return Path(os.environ.get("SIMPUL_AGENCIES") or AGENCIES)


def address() -> str:
    """The sandbox's, by its identity provider; raises OSError where the file cannot be read or says nothing of one."""
    try:
        issuer: str = tomllib.loads(agencies().read_text(encoding="utf-8"))["identity"]["issuer"]
        return urlsplit(issuer)._replace(path="", query="", fragment="").geturl()
    except (ValueError, KeyError, TypeError, AttributeError):
        raise OSError(f"{agencies()} names no identity provider") from None
