"""Which hub this is: what somebody who reports a problem, or compares two machines, is asked for first."""

import hashlib
import platform
import subprocess
import tomllib
from pathlib import Path

import msgspec

from engine.commands.generated import SDL
from store.kit.migrating import revisions

ROOT = Path(__file__).parents[2]
COMMIT = "COMMIT"
"""A file beside server.py that names the commit, where the folder is no work tree, as in an image."""
UNKNOWN = "unknown"


class HubVersion(msgspec.Struct, frozen=True, kw_only=True):
    """What the hub says of itself.

    `schema` is the version of the schema that it promises. `tables` are the newest migrations that it knows.
    """

    version: str
    commit: str
    python: str
    schema: str
    tables: tuple[str, ...]

    def __str__(self) -> str:
        return "\n".join(
            (
                f"Simpul {self.version}",
                f"commit   {self.commit}",
                f"Python   {self.python}",
                f"schema   {self.schema}",
                f"tables   {', '.join(self.tables)}",
            )
        )


def hub_version(root: Path = ROOT) -> HubVersion:
    """The version of the hub in this folder."""
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return HubVersion(
        version=project["version"],
        commit=commit_of(root),
        python=f"{platform.python_version()} ({platform.python_implementation()})",
        schema=hashlib.sha256(SDL.read_bytes()).hexdigest()[:16],
        tables=tuple(sorted(revisions()[1])),
    )


def commit_of(root: Path) -> str:
    """As the file `COMMIT` says, or else as git does; `unknown` without both."""
    if (named := root / COMMIT).is_file():
        return named.read_text(encoding="utf-8").strip()[:40] or UNKNOWN
    if not (root / ".git").exists():
        return UNKNOWN
    try:
        asked = ("git", "-C", str(root), "describe", "--always", "--dirty", "--abbrev=12", "--exclude=*")
        said = subprocess.run(asked, capture_output=True, text=True, timeout=5, check=True)  # noqa: S603  no text of a caller
    except (OSError, subprocess.SubprocessError):
        return UNKNOWN
    return said.stdout.strip() or UNKNOWN
