"""A release: its number and its day are written where they belong, what is promised is kept, and git gets a tag.

Nothing is pushed. Whatever is wrong is said before the first file is written.
"""

import re
import subprocess
from datetime import date
from pathlib import Path

import typer

from engine.commands import generated
from engine.commands.generated import promise_schema
from engine.configuration.problems import ConfigurationError
from engine.pages.site.releases import RELEASES, order_of, read_releases

UNRELEASED = "## Unreleased\n"
VERSION_LINE = re.compile(r'^version = "([^"]+)"$', re.MULTILINE)


class NotReleased(Exception):
    """Why there is no release."""


class ReleaseOf:
    """One release of the project in a folder."""

    def __init__(self, version: str, today: date, root: Path) -> None:
        self.version = version
        self._today = today
        self._root = root
        self._project = root / "pyproject.toml"
        self._changelog = root / "CHANGELOG.md"
        self._schema = root / "schema"

    @property
    def tag(self) -> str:
        """As git names it."""
        return f"v{self.version}"

    def check(self) -> None:
        """Whether it can be made; raises `NotReleased` with all that is in the way."""
        found = VERSION_LINE.search(self._project.read_text(encoding="utf-8"))
        mine = found[1] if found else "0.0.0"
        problems = [*wrong_version(self.version, self._schema / "releases", mine), *self._of_tree()]
        if not self.notes:
            problems.append("CHANGELOG.md: nothing stands under Unreleased")
        if not problems and (not generated.is_up_to_date() or generated.breaks_promise()):
            problems.append("the files that follow from the code, or the promise, do not hold")
        if problems:
            raise NotReleased("\n".join(problems))

    def make(self) -> None:
        """Write the files, commit them, and tag the commit."""
        notes = self.notes
        written = [self._moved_changelog(), self._numbered_project(), *self._promised()]
        self._git("add", "--", *(str(path.relative_to(self._root)) for path in written))
        self._git("commit", "-q", "-m", f"Release {self.version}")
        self._git("tag", "-a", self.tag, "-m", f"Simpul {self.version}\n\n{notes}", "--cleanup=verbatim")

    @property
    def notes(self) -> str:
        """What stands under Unreleased."""
        _, _, below = self._changelog.read_text(encoding="utf-8").partition(UNRELEASED)
        return re.split(r"^## ", below, maxsplit=1, flags=re.MULTILINE)[0].strip()

    def _of_tree(self) -> list[str]:
        problems = [f"not committed: {line}" for line in self._git("status", "--porcelain").splitlines()]
        if self._git("tag", "--list", self.tag).strip():
            problems.append(f"the tag {self.tag} is there already")
        return problems

    def _moved_changelog(self) -> Path:
        text = self._changelog.read_text(encoding="utf-8")
        head = f"{UNRELEASED}\n## {self.version}, {self._today.isoformat()}\n"
        self._changelog.write_text(text.replace(UNRELEASED, head, 1), encoding="utf-8")
        return self._changelog

    def _numbered_project(self) -> Path:
        text = self._project.read_text(encoding="utf-8")
        self._project.write_text(VERSION_LINE.sub(f'version = "{self.version}"', text, count=1), encoding="utf-8")
        return self._project

    def _promised(self) -> list[Path]:
        released = self._schema / "released.graphql"
        return promise_schema(self.version, self._today, released)

    def _git(self, *arguments: str) -> str:
        command = ("git", "-C", str(self._root), *arguments)
        done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603  no text of a caller
        if done.returncode:
            raise NotReleased(f"git {arguments[0]}: {done.stderr.strip()}")
        return done.stdout


def check_version(version: str) -> None:
    """Whether the schema can be promised under it; raises `ConfigurationError`."""
    if problems := wrong_version(version, RELEASES, "0.0.0"):
        raise ConfigurationError(problems)


def wrong_version(version: str, releases: Path, mine: str) -> list[str]:
    """Why it is none, or is not newer than the releases and `mine`."""
    try:
        order = order_of(version)
    except ValueError as error:
        return [str(error)]
    newest = max((mine, *(each.version for each in read_releases(releases))), key=order_of)
    return [] if order > order_of(newest) else [f"{version} is not newer than {newest}"]


def make_release(version: str, today: date, root: Path = generated.ROOT) -> None:
    """Make it and say what it brings; raises `typer.Exit` where it cannot be made."""
    release = ReleaseOf(version, today, root)
    try:
        release.check()
        notes = release.notes
        release.make()
    except NotReleased as why:
        typer.echo(f"no release: {why}", err=True)
        raise typer.Exit(1) from None
    typer.echo(f"Simpul {version}\n\n{notes}\n")
    typer.echo(f"Tagged {release.tag}. To publish it: git push --follow-tags")
