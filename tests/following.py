"""Follows a page of docs/ word by word in a copy of the project: what it says to write, run and expect."""

import fcntl
import json
import os
import re
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.conftest import ROOT
from tests.with_hub import free_port

SET_UP = ("requirements.txt", "requirements-dev.txt")
"""The copy has the environment of the project, so these are made older than it: nothing is to be set up."""


BY_MAKE = {"MAKEFLAGS", "MAKELEVEL", "MFLAGS"}
"""What make tells the make inside it: that one would say which folder it enters."""


class Step(NamedTuple):
    """What the words before a block say, the file that they name for an edit, and the block."""

    words: str
    file: str
    block: str


def steps_of(page: str) -> list[Step]:
    """The steps of a page; each block of code on it is one."""
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    found = re.findall(r"^([^\n]*):\n\n```\w+\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)
    assert len(found) == len(re.findall(r"^```\w", text, re.MULTILINE)), "a block has no words of a step before it"
    made = []
    for sentence, block in found:
        words = sentence.rpartition(". ")[2]
        edit = re.fullmatch(r"(Append to|Write|Change) `(.+)`", words)
        made.append(Step(edit[1], edit[2], block) if edit else Step(words, "", block))
    return made


def types_checked() -> Path:
    """What mypy keeps of the project, so that in a copy it checks only what a page adds; made once in a run of tests."""
    kept, run = ROOT / ".mypy_cache", os.environ.get("PYTEST_XDIST_TESTRUNUID", str(os.getpid()))
    kept.mkdir(exist_ok=True)
    with (kept / "run of tests").open("a+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        lock.seek(0)
        if lock.read() != run:
            subprocess.run([ROOT / ".venv" / "bin" / "mypy", "."], cwd=ROOT, check=True, capture_output=True)
            lock.seek(0)
            lock.truncate()
            lock.write(run)
        return kept


def copy_of_project(copy: Path) -> None:
    """The project as git knows it, ready to run: it has the environment of the project."""
    known = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(known, cwd=ROOT, check=True, capture_output=True, text=True)
    for name in filter(lambda name: (ROOT / name).is_file(), listed.stdout.splitlines()):
        (copy / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, copy / name)
    for name in SET_UP:
        os.utime(copy / name, (0, 0))
    (copy / ".venv").symlink_to(ROOT / ".venv")


def copied(copy: Path) -> None:
    """The same, with what has been checked of it, as a repository of its own."""
    copy_of_project(copy)
    shutil.copytree(types_checked(), copy / ".mypy_cache")
    me = ["-c", "user.name=Contoh", "-c", "user.email=contoh@contoh.example"]
    subprocess.run(["git", "init", "-q"], cwd=copy, check=True)
    (copy / ".git" / "info" / "exclude").write_text(".venv\n", encoding="utf-8")
    for command in (["add", "-A"], [*me, "commit", "-q", "-m", "Copy"]):
        subprocess.run(["git", *command], cwd=copy, check=True)


class Follower:
    """Somebody who does what a page says, and compares."""

    def __init__(self, copy: Path) -> None:
        self.copy = copy
        self.said = ""
        self.started = []
        self.ports = {"8000": str(free_port()), "8100": str(free_port())}
        agencies = copy / "city" / "agencies.toml"
        agencies.write_text(self.here(agencies.read_text(encoding="utf-8")), encoding="utf-8")

    def here(self, text: str) -> str:
        """The same, at ports that are free."""
        for usual, free in self.ports.items():
            text = text.replace(f"127.0.0.1:{usual}", f"127.0.0.1:{free}")
        return text

    def follow(self, step: Step) -> None:
        path, block = self.copy / step.file, self.here(step.block)
        match step.words:
            case "Append to":
                path.write_text(path.read_text(encoding="utf-8") + block, encoding="utf-8")
            case "Write":
                assert not path.exists(), f"{step.file} is there already"
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(block, encoding="utf-8")
            case "Change":
                subprocess.run(["git", "apply", "-"], cwd=self.copy, input=block, check=True, text=True)
            case "Run" | "Ask it":
                done = self.shell(block, stderr=subprocess.PIPE)
                self.said, errors = done.communicate()
                assert done.returncode == 0, self.said + errors
            case "Then start the hub; in another terminal":
                process = self.shell(block, stderr=subprocess.DEVNULL, start_new_session=True)
                self.started.append(process)
                while "Ctrl-C" not in (line := process.stdout.readline()):
                    assert line
            case words:
                self.compare(words, block)

    def compare(self, words: str, block: str) -> None:
        """What was said last with what the page says of it."""
        match words:
            case "It says, among other things":
                assert [line for line in plain_lines(block) if line not in plain_lines(self.said)] == [], self.said
            case "It says, and nothing else":
                assert plain_lines(self.said) == plain_lines(block)
            case "It answers":
                assert json.loads(self.said) == json.loads(block)
            case "It answers, besides `extensions`":
                answer = json.loads(self.said)
                del answer["extensions"]
                assert answer == json.loads(block)
            case unknown:
                pytest.fail(f"nobody knows how to follow: {unknown}")

    def shell(self, commands: str, **how: Any) -> subprocess.Popen[str]:
        """These commands in the copy."""
        environ = {name: value for name, value in os.environ.items() if name not in BY_MAKE}
        environ |= {"PORT": self.ports["8000"], "SIMPUL_STORE_URL": f"sqlite:///{self.copy}/store.db"}
        return subprocess.Popen(
            ["bash", "-ec", commands], cwd=self.copy, env=environ, stdout=subprocess.PIPE, text=True, **how
        )

    def stop(self) -> None:
        for process in self.started:
            os.killpg(process.pid, signal.SIGINT)
            process.communicate(timeout=20)


def plain_lines(text: str) -> list[str]:
    """Without what differs from run to run."""
    return [re.sub(r"[ \t]+", " ", re.sub(r"\d+ ms", "… ms", line)).strip() for line in text.splitlines()]


@contextmanager
def follower_in(folder: Path) -> Iterator[Follower]:
    """Somebody in a copy of the project there."""
    copied(folder / "copy")
    follower = Follower(folder / "copy")
    try:
        yield follower
    finally:
        follower.stop()
