"""Follows docs/adding-an-agency.md word by word in a copy of the project: what it says to write, run and expect."""

import json
import os
import re
import shutil
import signal
import subprocess
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.conftest import ROOT
from tests.test_server import free_port

PAGE = ROOT / "docs" / "adding-an-agency.md"


class Step(NamedTuple):
    """What the words before a block say, the file that they name for an edit, and the block."""

    words: str
    file: str
    block: str


def steps():
    found = re.findall(r"^([^\n]*):\n\n```\w+\n(.*?)^```$", PAGE.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
    made = []
    for sentence, block in found:
        words = sentence.rpartition(". ")[2]
        edit = re.fullmatch(r"(Append to|Write|Change) `(.+)`", words)
        made.append(Step(edit[1], edit[2], block) if edit else Step(words, "", block))
    return made


class Follower:
    """Somebody who does what the page says, and compares."""

    def __init__(self, copy: Path) -> None:
        self.copy = copy
        self.said = ""
        self.started = []
        self.ports = {"8000": str(free_port()), "8100": str(free_port())}
        agencies = copy / "agencies.toml"
        agencies.write_text(self.here(agencies.read_text(encoding="utf-8")), encoding="utf-8")

    def here(self, text: str) -> str:
        """The same, at ports that are free."""
        for usual, free in self.ports.items():
            text = text.replace(f"127.0.0.1:{usual}", f"127.0.0.1:{free}")
        return text

    def follow(self, step: Step) -> None:
        path, block = self.copy / step.file, self.here(step.block)
        environ = {**os.environ, "PORT": self.ports["8000"], "SIMPUL_STORE_URL": f"sqlite:///{self.copy}/store.db"}
        match step.words:
            case "Append to":
                path.write_text(path.read_text(encoding="utf-8") + block, encoding="utf-8")
            case "Write":
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(block, encoding="utf-8")
            case "Change":
                subprocess.run(["git", "apply", "-"], cwd=self.copy, input=block, check=True, text=True)
            case "Run" | "Ask it":
                done = subprocess.run(
                    ["bash", "-ec", block], check=False, cwd=self.copy, env=environ, capture_output=True, text=True
                )
                assert done.returncode == 0, done.stdout + done.stderr
                self.said = done.stdout
            case "Then start the hub; in another terminal":
                process = subprocess.Popen(
                    ["bash", "-ec", block], cwd=self.copy, env=environ, stdout=subprocess.PIPE, text=True,
                    stderr=subprocess.DEVNULL, start_new_session=True,
                )  # fmt: skip
                self.started.append(process)
                while "Ctrl-C" not in (line := process.stdout.readline()):
                    assert line
            case "It says, among other things":
                assert [line for line in map(plain, block.splitlines()) if line not in plain_lines(self.said)] == []
            case "It answers, besides `extensions`":
                answer = json.loads(self.said)
                del answer["extensions"]
                assert answer == json.loads(block)
            case unknown:
                pytest.fail(f"nobody knows how to follow: {unknown}")

    def stop(self) -> None:
        for process in self.started:
            os.killpg(process.pid, signal.SIGINT)
            process.communicate(timeout=20)


def plain(line):
    """Without what differs from run to run."""
    return re.sub(r" +", " ", re.sub(r"\d+ ms", "… ms", line)).strip()


def plain_lines(text):
    return [plain(line) for line in text.splitlines()]


@pytest.fixture
def follower(tmp_path):
    copy = tmp_path / "copy"
    known = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(known, cwd=ROOT, check=True, capture_output=True, text=True)
    for name in filter(lambda name: (ROOT / name).exists(), listed.stdout.splitlines()):
        (copy / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, copy / name)
    if (ROOT / ".mypy_cache").exists():
        shutil.copytree(ROOT / ".mypy_cache", copy / ".mypy_cache")
    for command in (["git", "init", "-q"], ["git", "add", "-A"]):
        subprocess.run(command, cwd=copy, check=True)
    (copy / ".venv").symlink_to(ROOT / ".venv")
    follower = Follower(copy)
    yield follower
    follower.stop()


def test_what_the_page_says_works(follower):
    followed = steps()
    assert len(followed) == len(re.findall(r"^```\w", PAGE.read_text(encoding="utf-8"), re.MULTILINE)) == 16
    for step in followed:
        follower.follow(step)
