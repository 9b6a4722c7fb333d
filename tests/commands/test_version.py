"""`server.py --version`: which hub this is."""

import hashlib
import re
import shutil
import subprocess

import pytest
from typer.testing import CliRunner

from engine.commands.version import commit_of, hub_version
from server import cli
from store.kit.migrating import revisions
from tests.conftest import ROOT


def test_it_says_version_commit_python_schema_and_tables():
    ended = CliRunner().invoke(cli, ["--version"])
    assert (ended.exit_code, ended.stderr) == (0, "")
    said = dict(line.split(maxsplit=1) for line in ended.stdout.splitlines())
    assert list(said) == ["Simpul", "commit", "Python", "schema", "tables"]
    assert f'version = "{said["Simpul"]}"' in (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert said["schema"] == hashlib.sha256((ROOT / "schema" / "schema.graphql").read_bytes()).hexdigest()[:16]
    assert said["tables"].split(", ") == sorted(revisions()[1])
    assert re.match(r"3\.\d+\.\d+ \(", said["Python"])


@pytest.mark.parametrize("named", [None, "0123456789ab\n", "\n"])
def test_the_commit_of_a_folder_that_is_no_work_tree_is_what_its_file_says(tmp_path, named):
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    if named is not None:
        (tmp_path / "COMMIT").write_text(named, encoding="utf-8")
    assert hub_version(tmp_path).commit == ((named or "").strip() or "unknown")


def test_the_commit_of_a_work_tree_is_what_git_says(tmp_path):
    def git(*arguments):
        who = ("-c", "user.name=x", "-c", "user.email=x@example.org")
        return subprocess.run(["git", "-C", tmp_path, *who, *arguments], check=True, capture_output=True, text=True)

    git("init", "-q")
    assert commit_of(tmp_path) == "unknown"
    git("commit", "-q", "--allow-empty", "-m", "x")
    assert commit_of(tmp_path) == git("rev-parse", "--short=12", "HEAD").stdout.strip()
