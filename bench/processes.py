"""Servers as processes, each on its core. What they use is read from the kernel, and all end with the run."""

import ctypes
import os
import re
import signal
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Self

PATIENCE = 8.0
"""Seconds that a server has to end by itself."""
LOOK = 0.5
"""Seconds for which a server is watched that is to be at rest."""
LITTLE = 0.05
"""The part of a core that a server at rest may use."""
_LIBC = ctypes.CDLL(None)
_PDEATHSIG = 1


class Stopped(Exception):
    """A server that was started has ended, or does not answer; the text holds its last words."""


class Cores:
    """Two cores: one for what is measured, and one for what asks it and for what stands behind it."""

    def __init__(self) -> None:
        there = sorted(os.sched_getaffinity(0))
        self.server, self.load = there[0], there[-1]

    @property
    def shared(self) -> bool:
        """Whether there is only one, so that nothing can be measured well."""
        return self.server == self.load


class Process:
    """A server that runs."""

    def __init__(self, name: str, popen: subprocess.Popen[bytes], log: Path) -> None:
        self.name = name
        self.pid = popen.pid
        self.log = log
        self._popen = popen

    def cpu(self) -> float:
        """Seconds of processor time, of all its threads, and of its children."""
        return sum(map(_cpu, descendants(self.pid)))

    def rss(self) -> float:
        """Resident memory in MB, with its children."""
        return sum(map(_rss, descendants(self.pid)))

    def ready(self, url: str, within: float = 60.0) -> Self:
        """Wait until it answers there; raises `Stopped`."""
        ends = time.monotonic() + within
        while time.monotonic() < ends:
            if self._popen.poll() is not None:
                raise Stopped(f"{self.name} ended with {self._popen.returncode}: {self.last_words()}")
            try:
                with urllib.request.urlopen(url, timeout=5):
                    return self
            except urllib.error.HTTPError as error:
                if error.code != 503:
                    return self
            except OSError:
                pass
            time.sleep(0.02)
        raise Stopped(f"{self.name} does not answer at {url} within {within:.0f} s: {self.last_words()}")

    def rests(self, within: float = 20.0) -> Self:
        """Wait until it does nothing by itself any more: it copies and builds at first."""
        ends = time.monotonic() + within
        while time.monotonic() < ends:
            used = self.cpu()
            time.sleep(LOOK)
            if self.cpu() - used < LITTLE * LOOK:
                break
        return self

    def last_words(self) -> str:
        """The last line that it wrote."""
        lines = self.log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
        return lines[-1].strip() if lines else "it said nothing"

    def end(self) -> None:
        """Let it end; after its time it is killed, and so is each of its children."""
        children = descendants(self.pid)
        if self._popen.poll() is None:
            self._popen.terminate()
            try:
                self._popen.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                self._popen.kill()
                self._popen.wait()
        for pid in children[1:]:
            _kill(pid)


class Processes:
    """All that one run has started. Leaving the block ends them, the last one first."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._running: list[Process] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        while self._running:
            self._running[-1].end()
            self._running.pop()

    def start(
        self,
        name: str,
        command: Sequence[object],
        *,
        core: int | Collection[int],
        cwd: Path,
        environ: Mapping[str, str] | None = None,
    ) -> Process:
        """Start it on this core, or on these. It ends with this process, however that ends."""
        log = self._folder / f"{re.sub(r'[^a-z0-9]+', '-', name.lower())}.log"
        with log.open("wb") as file:
            popen = subprocess.Popen(
                [*map(str, command)],
                cwd=cwd,
                env={**os.environ, **(environ or {})},
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=file,
                start_new_session=True,
                preexec_fn=lambda: _settle({core} if isinstance(core, int) else core),  # noqa: PLW1509  no thread of this process runs then
            )
        self._running.append(Process(name, popen, log))
        return self._running[-1]

    def end(self, process: Process) -> None:
        """End one before the others."""
        process.end()
        self._running.remove(process)


def descendants(pid: int) -> list[int]:
    """The process, its children, and theirs; empty where it has ended."""
    if not Path(f"/proc/{pid}").exists():
        return []
    found = [pid]
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            found += [each for child in task.read_text(encoding="ascii").split() for each in descendants(int(child))]
        except OSError:
            continue
    return found


def _settle(cores: Collection[int]) -> None:
    os.sched_setaffinity(0, cores)
    _LIBC.prctl(_PDEATHSIG, signal.SIGTERM)


def _cpu(pid: int) -> float:
    """The kernel's clock of a process: as /proc/<pid>/stat has it, but not in steps of 10 ms."""
    try:
        return time.clock_gettime((~pid << 3) | 2)
    except OSError:
        return 0.0


def _rss(pid: int) -> float:
    try:
        found = re.search(r"^VmRSS:\s+(\d+)", Path(f"/proc/{pid}/status").read_text(encoding="utf-8"), re.MULTILINE)
    except OSError:
        return 0.0
    return int(found[1]) / 1024 if found else 0.0


def _kill(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return
