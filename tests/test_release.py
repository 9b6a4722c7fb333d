"""A release numbers what is committed, keeps what it promises and tags it, or says all that is in the way."""

import subprocess
from datetime import date

import pytest
import typer
from typer.testing import CliRunner

import server
from engine.commands import generated
from engine.commands.release import make_release
from engine.pages.site.releases import read_releases
from tests.conftest import ROOT

DAY = date(2026, 11, 27)
NOTES = "### Added\n\n- A word of *ours*."


@pytest.fixture
def clone(tmp_path):
    """What a release reads and writes, in a repository of its own."""
    (tmp_path / "schema" / "releases").mkdir(parents=True)
    for name in ("pyproject.toml", "schema/released.graphql", "schema/releases/0.1.0.graphql"):
        (tmp_path / name).write_bytes((ROOT / name).read_bytes())
    (tmp_path / "CHANGELOG.md").write_text(
        f"# Changelog\n\nWords.\n\n## Unreleased\n\n{NOTES}\n\n## 0.1.0, 2026-11-01\n\nOld.\n"
    )
    git(tmp_path, "init", "-q", "-b", "main")
    git(tmp_path, "config", "user.name", "Contoh")
    git(tmp_path, "config", "user.email", "contoh@kota.example")
    git(tmp_path, "add", "-A")
    git(tmp_path, "commit", "-q", "-m", "Begin")
    return tmp_path


@pytest.fixture(autouse=True)
def kept(monkeypatch):
    """What follows from the code is told by other tests."""
    monkeypatch.setattr(generated, "is_up_to_date", lambda: True)


def git(root, *arguments):
    done = subprocess.run(["git", "-C", str(root), *arguments], check=True, capture_output=True, text=True)
    return done.stdout


def test_a_release_is_one_tagged_commit_with_its_notes_and_what_it_promises(clone, capsys):
    make_release("0.2.0", DAY, clone)
    told = capsys.readouterr().out
    assert NOTES in told
    assert "git push --follow-tags" in told
    assert git(clone, "status", "--porcelain") == ""
    assert git(clone, "log", "-1", "--format=%s", "v0.2.0").strip() == "Release 0.2.0"
    assert git(clone, "tag", "-l", "--format=%(contents)", "v0.2.0").strip() == f"Simpul 0.2.0\n\n{NOTES}"
    assert git(clone, "diff", "--name-only", "HEAD~1").split() == [
        "CHANGELOG.md", "pyproject.toml", "schema/released.graphql", "schema/releases/0.2.0.graphql",
    ]  # fmt: skip
    changelog = (clone / "CHANGELOG.md").read_text()
    assert f"Words.\n\n## Unreleased\n\n## 0.2.0, 2026-11-27\n\n{NOTES}\n\n## 0.1.0, 2026-11-01\n\nOld.\n" in changelog
    assert 'version = "0.2.0"' in (clone / "pyproject.toml").read_text()
    newest = read_releases(clone / "schema" / "releases")[-1]
    promised = generated.SDL.read_text(encoding="utf-8")
    assert (newest.version, newest.day, newest.text) == ("0.2.0", DAY, promised)
    assert (clone / "schema" / "released.graphql").read_text() == promised
    with pytest.raises(typer.Exit):  # nothing has changed since
        make_release("0.3.0", DAY, clone)
    assert "nothing stands under Unreleased" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("version", "spoil", "told"),
    [
        ("0.1.0", None, "0.1.0 is not newer than 0.1.0"),
        ("0.0.9", None, "0.0.9 is not newer than 0.1.0"),
        ("1.0", None, "1.0 is no version: write three numbers, as in 1.4.0"),
        ("0.2.0", "a file", "not committed: ?? new"),
        ("0.2.0", "a tag", "the tag v0.2.0 is there already"),
        ("0.2.0", "no notes", "CHANGELOG.md: nothing stands under Unreleased"),
        ("0.2.0", "a break", "the promise, do not hold"),
    ],
)
def test_what_is_in_the_way_is_said_and_nothing_is_written(clone, capsys, monkeypatch, version, spoil, told):
    if spoil == "a file":
        (clone / "new").write_text("x")
    elif spoil == "a tag":
        git(clone, "tag", "v0.2.0")
    elif spoil == "no notes":
        (clone / "CHANGELOG.md").write_text("# Changelog\n\n## Unreleased\n")
        git(clone, "commit", "-qam", "Say nothing")
    elif spoil == "a break":
        monkeypatch.setattr(generated, "breaks_promise", lambda: True)
    before = git(clone, "rev-parse", "HEAD"), git(clone, "status", "--porcelain"), git(clone, "tag")
    with pytest.raises(typer.Exit) as ended:
        make_release(version, DAY, clone)
    assert ended.value.exit_code == 1
    assert told in capsys.readouterr().err
    assert (git(clone, "rev-parse", "HEAD"), git(clone, "status", "--porcelain"), git(clone, "tag")) == before


def test_a_promise_wants_a_version_that_is_newer():
    for version, told in (("0.0.1", "0.0.1 is not newer"), ("x", "x is no version")):
        result = CliRunner().invoke(server.cli, ["promise", version])
        assert result.exit_code != 0
        assert told in result.output
